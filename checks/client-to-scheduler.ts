import { SCHEDULER } from './shared/control-plane.ts';
import { controlPlaneListenerPath } from './shared/control-plane-listener.ts';
import { cis, stig } from './shared/references.ts';

export const path = controlPlaneListenerPath({
  id: 'client-to-scheduler',
  title: 'Clients to scheduler',
  description:
    'The scheduler serves health, metrics and profiles on 10259 (up to 1.22 also over plain HTTP on 10251). The kubelet probes it there and Prometheus scrapes it. Unless it is given a certificate it makes a self-signed one at each start, which nobody can verify: fine on loopback, not beyond. Who is let in, it asks the API server.',
  component: SCHEDULER,
  controls: { bindAddress: [cis('1.4.2'), stig('CNTR-K8-000300')], minVersion: [stig('CNTR-K8-000160')] },
});
