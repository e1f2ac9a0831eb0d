import type { PathDefinition } from '../src/model/path.ts';
import { undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'kubelet-to-runtime',
  title: 'Kubelet to container runtime',
  client: 'kubelet',
  server: 'container runtime',
  description:
    'The kubelet talks to the container runtime over a unix socket; the runtime pulls images from registries over TLS unless a mirror says otherwise.',
  applicability: () => ({
    kind: 'not-assessed',
    reason: 'The mode of the runtime socket and the registry settings of the runtime decide it.',
    supply:
      'This version does not read the settings of the container runtime: look at `stat /run/containerd/containerd.sock` and /etc/containerd/certs.d by hand.',
  }),
});
