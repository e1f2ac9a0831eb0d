/** Changes to the processes that kubeadm-v136-live shows. */
import type { EditableNode } from '../../support/node.ts';

/** Their numbers in that node. */
export const PIDS = {
  etcd: 10425,
  'kube-apiserver': 10431,
  'kube-scheduler': 10436,
  'kube-controller-manager': 10442,
} as const;

export const APISERVER_COMMAND = `/proc/${PIDS['kube-apiserver']}/cmdline`;

/** Gives a process one more word. */
export function addWord(node: EditableNode, component: keyof typeof PIDS, word: string): EditableNode {
  const file = `/proc/${PIDS[component]}/cmdline`;
  return node.write(file, `${node.text(file)}${word}\0`);
}

/** Adds a process. */
export function addProcess(node: EditableNode, pid: number, ...words: readonly string[]): EditableNode {
  return node.write(`/proc/${pid}/cmdline`, words.map((word) => `${word}\0`).join(''));
}
