/** Static pods that the node's kubelet does not run. */
import type { Notice } from '../model/component.ts';
import type { NodeModel } from '../model/node.ts';

/**
 * A kubelet without staticPodPath runs no static pod, so the manifests say nothing of what runs. Nothing is said where
 * a flag or file that was not seen may name the folder.
 * Source: kubernetes/pkg/kubelet/kubelet.go (makePodSourceConfig): an empty path adds no file source.
 */
export function idleStaticPods({ components }: NodeModel): readonly Notice[] {
  const kubelet = components.get('kubelet');
  const path = kubelet?.settings.get('pod-manifest-path');
  const pods = [...components.values()].flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'static-pod'));
  const [pod] = pods;
  if (kubelet === undefined || path === undefined || pod === undefined) return [];
  const settled = kubelet.commandLineSeen && kubelet.configUnavailable === undefined && path.unknown === undefined;
  if (!settled || (path.value !== '' && path.value !== null)) return [];
  const folder = pod.file.slice(0, pod.file.lastIndexOf('/'));
  return [
    {
      code: 'ignored-setting',
      subject: 'staticPodPath',
      message: `staticPodPath of the kubelet is empty, so it runs none of the static pods in ${folder}: their rows say what the manifests ask for, and nothing of it runs on this node until \`staticPodPath: ${folder}\` is set`,
      ...(path.file === undefined ? {} : { file: path.file }),
      ...(path.line === undefined ? {} : { line: path.line }),
    },
  ];
}
