/** Paths that a node of a distribution does not have. */
import type { PathId } from '../../model/path.ts';

type Absences = readonly (readonly [PathId, string])[];

/**
 * For a cluster that is kept in something else than etcd.
 * @param reason why there is no etcd, as a sentence
 * @param connection how the API server reaches the store instead, as a sentence
 */
export function withoutEtcd(reason: string, connection: string): Absences {
  return [
    ['apiserver-to-etcd', `${reason} ${connection}`],
    ['etcd-to-etcd', reason],
    ['client-to-etcd', reason],
    ['metrics-to-etcd', reason],
  ];
}

/** For a control-plane node without a kubelet. `apiserver-to-kubelet` stays: it leads to the other nodes. */
export function withoutKubelet(reason: string): Absences {
  return [
    ['kubelet-to-apiserver', reason],
    ['kubelet-bootstrap', reason],
    ['client-to-kubelet', reason],
    ['kubelet-to-runtime', reason],
  ];
}
