/** Admission and conversion webhooks: objects by which the API server dials other servers. */
import type { ClusterModel, ClusterWebhook } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import type { Answer } from '../../../src/model/status.ts';
import { kubernetesDocs, kubernetesSource } from '../references.ts';
import { fail, pass, warn } from '../result.ts';
import { combine } from '../verdict.ts';
import { bundleVerifies, judgeCABundle, missingService, webhookTitle } from './called-servers.ts';
import { few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { servedCertificate } from './served-certificates.ts';

const KINDS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'CustomResourceDefinition'] as const;

const ADMISSION_DOCS = kubernetesDocs('reference/access-authn-authz/extensible-admission-controllers/');
const CLIENT_SOURCE = kubernetesSource('staging/src/k8s.io/apiserver/pkg/util/webhook/client.go');

/** What the columns of the row say of them. */
export function webhookAnswers(cluster: ClusterModel, node: NodeModel): { readonly verified: Answer } {
  const verified = cluster.webhooks.map(({ clientConfig }) => bundleVerifies(cluster, node, clientConfig.caBundle));
  const whole = KINDS.every((kind) => cluster.known.has(kind));
  return { verified: combine([...verified, whole ? 'n/a' : 'unknown']) };
}

/** What follows where such a webhook cannot be asked, as a clause. */
function consequence({ failurePolicy, webhook }: ClusterWebhook): string {
  if (webhook === 'conversion') return 'requests for the versions that it converts fail';
  return failurePolicy === 'Fail'
    ? 'the requests that it is asked about are refused (failurePolicy Fail)'
    : 'the requests that it is asked about go through unexamined (failurePolicy Ignore)';
}

/** How each webhook is verified; the part of `webhook-objects` for which an export is needed. */
export function judgeWebhookObjects(cluster: ClusterModel): readonly Finding[] {
  const unknown = unknownKinds(cluster, ...KINDS);
  const findings = cluster.webhooks.map((one): Finding => {
    const { service, url, caBundle } = one.clientConfig;
    const who = webhookTitle(one);
    const shown = [
      objectEvidence(one, service === undefined ? (url ?? null) : `${service.namespace}/${service.name}`, one.webhook),
    ];
    if (service === undefined && url !== undefined && !/^https:\/\//i.test(url)) {
      return fail(`${who} is dialled without TLS (${url}).`, shown, {
        severity: 'high',
        headline: 'webhook without TLS',
      });
    }
    if (caBundle !== undefined) return pass(`${who} is verified with its caBundle.`, shown);
    if (service === undefined) {
      return warn(
        `${who} has no caBundle, so the public CAs of the API server's image decide: any of them can make a certificate for ${url ?? 'its host'}, and one from a private CA is refused, after which ${consequence(one)}.`,
        shown,
        { severity: 'low', headline: 'webhook verified with the public CAs' },
      );
    }
    return warn(
      `${who} has no caBundle. No public CA signs a certificate for ${service.name}.${service.namespace}.svc, so unless the API server's host trusts the one that does, ${consequence(one)}.`,
      shown,
      { impact: 'both', headline: 'webhook without caBundle' },
    );
  });
  const nothing = pass('There are no admission or conversion webhooks.');
  return unknown === undefined ? (findings.length === 0 ? [nothing] : findings) : [...findings, unknown];
}

const caBundle: Check = ofCluster({
  id: 'webhook-cabundle',
  title: 'The caBundle of every webhook is readable and lasts',
  judgesEnd: 'certificate',
  severity: 'high',
  impact: 'both',
  versions: 'all; a webhook without a caBundle is verified with the CAs of the host',
  remediation:
    'Put the new CA into `clientConfig.caBundle`, for a while beside the old one (`kubectl edit validatingwebhookconfiguration <name>`), or let cert-manager keep it with the annotation cert-manager.io/inject-ca-from.',
  references: [ADMISSION_DOCS, CLIENT_SOURCE],
  judge: (cluster, { node }) => {
    const unknown = unknownKinds(cluster, ...KINDS);
    const findings = cluster.webhooks.flatMap((one): readonly Finding[] => {
      const name = one.clientConfig.caBundle;
      if (name === undefined) return [];
      const shown = objectEvidence(one, one.webhook, 'caBundle');
      return [judgeCABundle(cluster, node, name, { who: webhookTitle(one), consequence: consequence(one), shown })];
    });
    return findings.length > 0 ? findings : (unknown ?? pass('No webhook has a caBundle that could end.'));
  },
});

/** Source: apiserver/pkg/util/webhook/client.go and serviceresolver.go; a Service is resolved at each call. */
const service: Check = ofCluster({
  id: 'webhook-service',
  title: 'Every webhook leads to a Service that exists',
  severity: 'medium',
  impact: 'both',
  versions: 'all; without failurePolicy v1 fails closed',
  remediation:
    'Deploy what answers, or delete what nobody answers any more: `kubectl delete validatingwebhookconfiguration <name>`. `failurePolicy: Ignore` lets everything through while the webhook is away, `Fail` nothing: exempt the namespace of the webhook itself from it.',
  references: [ADMISSION_DOCS, CLIENT_SOURCE],
  judge: (cluster) => {
    const noServices = unknownKinds(cluster, 'Service');
    if (noServices !== undefined) return noServices;
    const unknown = unknownKinds(cluster, ...KINDS);
    const findings = cluster.webhooks.flatMap((one): readonly Finding[] => {
      const target = one.clientConfig.service;
      const missing = target === undefined ? undefined : missingService(cluster, target);
      if (missing === undefined) return [];
      return [
        warn(
          `${webhookTitle(one)} cannot be asked, since ${missing}: ${consequence(one)}.`,
          [objectEvidence(one, `${target?.namespace ?? ''}/${target?.name ?? ''}`, 'service')],
          {
            severity: one.failurePolicy === 'Fail' ? 'high' : 'medium',
            impact: one.failurePolicy === 'Fail' ? 'availability' : 'security',
            headline: 'webhook leads nowhere',
          },
        ),
      ];
    });
    if (findings.length > 0) return findings;
    if (unknown !== undefined && cluster.webhooks.length === 0) return unknown;
    const led = cluster.webhooks.flatMap(({ clientConfig: { service: to } }) =>
      to === undefined ? [] : [`${to.namespace}/${to.name}`],
    );
    return pass(led.length === 0 ? 'No webhook leads to a Service.' : `There are the Services ${few(led)}.`);
  },
});

const served = servedCertificate((cluster) =>
  cluster.webhooks.flatMap((one) => {
    const { service: to, caBundle: bundle } = one.clientConfig;
    return to === undefined || bundle === undefined ? [] : [{ ...to, who: webhookTitle(one), caBundle: bundle }];
  }),
);

export const WEBHOOK_CHECKS: readonly Check[] = [caBundle, service, served];
