import { SCHEDULER } from './shared/control-plane.ts';
import { controlPlaneClientPath } from './shared/control-plane-client.ts';
import { manifestMode } from './shared/manifest-mode.ts';

export const path = controlPlaneClientPath({
  id: 'scheduler-to-apiserver',
  case: '8',
  title: 'Scheduler to API server',
  description:
    'The scheduler watches pods and nodes and binds the one to the other. It dials the API server with the kubeconfig that --kubeconfig or clientConnection.kubeconfig names, and authenticates with the client certificate in it: whoever holds that certificate can place every pod, and without it nothing is scheduled. Its port 10259 is another path: it serves health and metrics.',
  component: SCHEDULER,
  checks: [manifestMode('kube-scheduler', { mode: '1.1.5', owner: '1.1.6' })],
});
