import { CONTROLLER_MANAGER } from './shared/control-plane.ts';
import { controlPlaneListenerPath } from './shared/control-plane-listener.ts';
import { cis, stig } from './shared/references.ts';

export const path = controlPlaneListenerPath({
  id: 'client-to-controller-manager',
  title: 'Clients to controller manager',
  description:
    'The controller manager serves health, metrics and profiles on 10257 (up to 1.21 also over plain HTTP on 10252). The kubelet probes it there and Prometheus scrapes it. Unless it is given a certificate it makes a self-signed one at each start, which nobody can verify: fine on loopback, not beyond. Who is let in, it asks the API server.',
  component: CONTROLLER_MANAGER,
  controls: { bindAddress: [cis('1.3.7'), stig('CNTR-K8-000310')], minVersion: [stig('CNTR-K8-000150')] },
});
