/** Every certificate that was read of a node. */
import type { Certificate } from '../model/certificate.ts';
import type { NodeModel } from '../model/node.ts';

/** Those of its files, then those inside its kubeconfigs. */
export function certificatesOf({
  files,
  kubeconfigs,
}: Pick<NodeModel, 'files' | 'kubeconfigs'>): readonly Certificate[] {
  return [
    ...[...files.values()].flatMap((file) => (file.state === 'present' ? file.pem.certificates : [])),
    ...[...kubeconfigs.values()].flatMap(({ cluster, user }) => [
      ...(cluster?.certificateAuthorities ?? []),
      ...(user?.certificates ?? []),
    ]),
  ];
}
