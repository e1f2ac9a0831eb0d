/** What a file's name says of the component that it configures. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName } from '../model/component.ts';

/** File name up to its first dot: `kube-apiserver` of `/etc/kubernetes/manifests/kube-apiserver.yaml`. */
export function fileStem(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const dot = name.indexOf('.');
  return dot === -1 ? name : name.slice(0, dot);
}

export function isComponentName(name: string): name is ComponentName {
  return (COMPONENT_NAMES as readonly string[]).includes(name);
}
