/** Every check that a flag or a field mends, by id. */
import type { FixRule } from '../../src/model/fix.ts';
import { APISERVER_FIXES } from './apiserver.ts';
import { CONTROL_PLANE_FIXES } from './control-plane.ts';
import { ETCD_FIXES } from './etcd.ts';
import { KUBELET_FIXES } from './kubelet.ts';

export const FIXES: ReadonlyMap<string, FixRule> = new Map(
  [APISERVER_FIXES, CONTROL_PLANE_FIXES, ETCD_FIXES, KUBELET_FIXES].flatMap((fixes) => Object.entries(fixes)),
);
