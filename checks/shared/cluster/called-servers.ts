/** Servers that the API server dials because an object says so, and the CA by which the object has it verify them. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { ClusterModel, ClusterObject } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Evidence, Finding } from '../../../src/model/path.ts';
import type { Answer } from '../../../src/model/status.ts';
import { lastToEnd } from '../by-end.ts';
import { CLOCK_SKEW_MS } from '../pki/dates.ts';
import { endingOf } from '../pki/window.ts';
import { fail, pass, warn } from '../result.ts';
import { certificateEvidence, day, relative } from '../words.ts';
import { bundleFile, called } from './objects.ts';

/** What is said of the bundle of one server: whether it holds a CA, and how long. */
export function judgeCABundle(
  cluster: ClusterModel,
  node: NodeModel,
  name: string,
  { who, consequence, shown }: { readonly who: string; readonly consequence: string; readonly shown: Evidence },
): Finding {
  const file = bundleFile(cluster, name);
  const certificates = file?.state === 'present' ? file.pem.certificates : [];
  const last = lastToEnd(certificates);
  if (last === undefined) {
    return fail(`The caBundle of ${who} holds no certificate that Kubernetes can read: ${consequence}.`, [shown], {
      headline: 'caBundle unreadable',
    });
  }
  const earliest = certificates.toSorted((a, b) => a.notBefore.getTime() - b.notBefore.getTime())[0];
  if (earliest !== undefined && !certificates.some((one) => hasBegun(one, node))) {
    return fail(
      `The caBundle of ${who} is valid only from ${earliest.notBefore.toISOString()}: ${consequence}.`,
      [shown],
      { headline: 'caBundle is not yet valid' },
    );
  }
  // Whoever runs the server renews its CA, so its days are those of any other certificate.
  const { nearness } = endingOf(last, { kind: 'leaf' }, node);
  const evidence = [shown, certificateEvidence(last)];
  const when = `${day(last.notAfter)} (${relative(last.notAfter, node.at)})`;
  if (nearness === 'ended') {
    return fail(`The caBundle of ${who} ended on ${when}: ${consequence}.`, evidence, {
      headline: `caBundle ended ${day(last.notAfter)}`,
    });
  }
  const message = `The caBundle of ${who} ends on ${when}.`;
  const headline = `caBundle ends ${relative(last.notAfter, node.at)}`;
  if (nearness === 'far') return pass(message, evidence);
  return nearness === 'fail' ? fail(message, evidence, { headline }) : warn(message, evidence, { headline });
}

/** Go takes no certificate of a chain before its time, a root neither (crypto/x509, isValid). */
function hasBegun({ notBefore }: Certificate, node: NodeModel): boolean {
  return notBefore.getTime() <= node.at.getTime() + CLOCK_SKEW_MS;
}

/** Whether a bundle verifies anything at the node's moment. */
export function bundleVerifies(cluster: ClusterModel, node: NodeModel, name: string | undefined): Answer {
  if (name === undefined) return 'unknown';
  const file = bundleFile(cluster, name);
  const certificates = file?.state === 'present' ? file.pem.certificates : [];
  return certificates.some((one) => one.notAfter >= node.at && hasBegun(one, node)) ? 'yes' : 'no';
}

/** Why a Service cannot be reached, as a clause; undefined where it can, or where Services are not known. */
export function missingService(
  cluster: ClusterModel,
  service: { readonly namespace: string; readonly name: string; readonly port: number },
): string | undefined {
  if (!cluster.known.has('Service')) return undefined;
  const found = cluster.services.find(
    ({ namespace, name }) => namespace === service.namespace && name === service.name,
  );
  const title = `Service ${service.namespace}/${service.name}`;
  if (found === undefined) return `there is no ${title}`;
  // What an ExternalName stands for is nowhere in the cluster.
  if (found.type === 'ExternalName' || found.ports.some(({ port }) => port === service.port)) return undefined;
  return `${title} has no port ${service.port}`;
}

/** `guard.example.com of ValidatingWebhookConfiguration guard`. */
export function webhookTitle(webhook: ClusterObject & { readonly webhook: string }): string {
  return `${webhook.webhook} of ${called(webhook)}`;
}
