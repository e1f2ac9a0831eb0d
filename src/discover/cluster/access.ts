/** Who may do what, who asked for a certificate, and which Secrets hold tokens. */
import type { CertificateRequest, ClusterRole, ClusterSecret, RoleBinding } from '../../model/cluster.ts';
import { asList, asText } from '../../text/yaml.ts';
import type { Bundles } from './admission.ts';
import { annotations, identity, part, texts } from './fields.ts';
import type { APIObject } from './objects.ts';

export function roleBindingOf(object: APIObject): RoleBinding {
  const role = part(object.value, 'roleRef');
  return {
    ...identity(object, ['subjects']),
    role: { kind: asText(role.kind) ?? '', name: asText(role.name) ?? '' },
    subjects: asList(object.value.subjects).map((one) => {
      const subject = part(one);
      return {
        kind: asText(subject.kind) ?? '',
        name: asText(subject.name) ?? '',
        namespace: asText(subject.namespace) ?? '',
      };
    }),
  };
}

export function roleOf(object: APIObject): ClusterRole {
  return {
    ...identity(object),
    rules: asList(object.value.rules).map((one) => {
      const rule = part(one);
      return {
        verbs: texts(rule.verbs),
        resources: texts(rule.resources),
        resourceNames: texts(rule.resourceNames),
        nonResourceURLs: texts(rule.nonResourceURLs),
      };
    }),
  };
}

/** A decision is a condition; what was approved is issued once the signer has written the certificate. */
export function requestOf(object: APIObject): CertificateRequest {
  const spec = part(object.value, 'spec');
  const status = part(object.value, 'status');
  const conditions = asList(status.conditions).map((one) => part(one));
  const of = (type: string) => conditions.find((one) => one.type === type && one.status !== 'False');
  const denied = of('Denied');
  const failed = of('Failed');
  const state =
    denied !== undefined
      ? 'denied'
      : failed !== undefined
        ? 'failed'
        : (asText(status.certificate) ?? '') !== ''
          ? 'issued'
          : of('Approved') === undefined
            ? 'pending'
            : 'approved';
  const created = Date.parse(asText(part(object.value, 'metadata').creationTimestamp) ?? '');
  return {
    ...identity(object, ['spec', 'signerName']),
    signerName: asText(spec.signerName) ?? '',
    username: asText(spec.username) ?? '',
    state,
    message: asText((denied ?? failed)?.message) ?? '',
    createdAt: Number.isNaN(created) ? undefined : new Date(created),
  };
}

/** Nothing of the data but the public certificate of a pair is looked at, and of a token not even that it is there. */
export function secretOf(object: APIObject, bundles: Bundles): ClusterSecret {
  const type = asText(object.value.type) ?? 'Opaque';
  const encoded = type === 'kubernetes.io/tls' ? part(object.value, 'data')['tls.crt'] : undefined;
  return {
    ...identity(object, ['type']),
    type,
    serviceAccount: annotations(object).get('kubernetes.io/service-account.name'),
    certificate: bundles.add(object, 'tls.crt', encoded, ['data', 'tls.crt']),
  };
}
