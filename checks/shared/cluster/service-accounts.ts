/** What pods dial the API server with, by the cluster's objects: the CA that they get, and tokens that never end. */
import type { Check, Finding } from '../../../src/model/path.ts';
import { verifyChain } from '../../../src/pki/chain.ts';
import { component } from '../access.ts';
import { lastToEnd } from '../by-end.ts';
import { settingMaterial } from '../material.ts';
import { endingOf } from '../pki/window.ts';
import { cis, kubernetesDocs, kubernetesSource } from '../references.ts';
import { fail, notAssessed, pass, warn } from '../result.ts';
import { goLine } from '../verdict.ts';
import { certificateEvidence, day, relative } from '../words.ts';
import { bundleFile, EXPORT, few, objectEvidence, ofCluster } from './objects.ts';

/** Source: pkg/controller/certificates/rootcacertpublisher; every namespace gets the same, and it is put back when changed. */
const publishedCA: Check = ofCluster({
  id: 'root-ca-published',
  title: 'The CA that pods get verifies the API server, in every namespace',
  judgesEnd: 'certificate',
  severity: 'high',
  impact: 'availability',
  versions: '1.20+; before, tokens in Secrets had the CA beside them',
  remediation:
    'Set --root-ca-file of the controller manager to the CA that signs the serving certificate, for a while beside the old one, and restart it: it then writes kube-root-ca.crt into every namespace; `kubectl get configmaps -A --field-selector metadata.name=kube-root-ca.crt` shows where.',
  references: [
    kubernetesSource('pkg/controller/certificates/rootcacertpublisher/publisher.go'),
    kubernetesDocs('tasks/tls/manual-rotation-of-ca-certificates/'),
  ],
  judge: (cluster, { node }) => {
    if (cluster.publishedCAs.length === 0) {
      return notAssessed('No ConfigMap kube-root-ca.crt is in the input.', [], { remediation: EXPORT });
    }
    const findings: Finding[] = [];
    const apiserver = component(node, 'kube-apiserver');
    const serving = apiserver === undefined ? undefined : settingMaterial(node, apiserver, 'tls-cert-file')?.nodeFile;
    const chain = serving?.state === 'present' ? serving.pem.certificates : [];
    const seen = new Map<string, string[]>();
    for (const one of cluster.publishedCAs) {
      const file = bundleFile(cluster, one.bundle);
      const roots = file?.state === 'present' ? file.pem.certificates : [];
      const key = roots.map(({ sha256 }) => sha256).join(' ');
      const earlier = seen.get(key);
      seen.set(key, [...(earlier ?? []), one.namespace]);
      if (earlier !== undefined) continue;
      const shown = [objectEvidence(one, 'ca.crt')];
      const last = lastToEnd(roots);
      if (last === undefined) {
        findings.push(
          fail(
            `kube-root-ca.crt of namespace ${one.namespace} holds no certificate: pods there cannot verify the API server.`,
            shown,
            { headline: 'CA for pods unreadable' },
          ),
        );
        continue;
      }
      const evidence = [...shown, certificateEvidence(last)];
      const { nearness } = endingOf(last, { kind: 'authority' }, node);
      const ends = `The CA in kube-root-ca.crt of namespace ${one.namespace} ${nearness === 'ended' ? 'ended' : 'ends'} on ${day(last.notAfter)} (${relative(last.notAfter, node.at)})`;
      if (nearness === 'ended')
        findings.push(
          fail(`${ends}: no pod there verifies the API server any more.`, evidence, { headline: 'CA for pods ended' }),
        );
      else if (nearness !== 'far')
        findings.push(warn(`${ends}.`, evidence, { severity: 'medium', headline: 'CA for pods ends' }));
      const [leaf, ...intermediates] = chain;
      const line = goLine(node);
      const verdict =
        leaf === undefined
          ? undefined
          : verifyChain({
              leaf,
              intermediates,
              roots,
              at: node.at,
              usage: 'serverAuth',
              ...(line === undefined ? {} : { goLine: line }),
            });
      if (verdict?.ok === false && leaf !== undefined && nearness !== 'ended' && leaf.notAfter >= node.at) {
        findings.push(
          fail(
            `The CA in kube-root-ca.crt of namespace ${one.namespace} does not verify the API server's certificate (${leaf.position.file}): pods there refuse it, unless the export is of another cluster.`,
            // No certificate as evidence: nothing of it is about its end.
            [...shown, { setting: 'certificate', value: leaf.subject, origin: 'certificate', ...leaf.position }],
            { headline: 'pods refuse the API server' },
          ),
        );
      }
    }
    const having = new Set(cluster.publishedCAs.map(({ namespace }) => namespace));
    const lacking = cluster.namespaces.filter(({ name }) => !having.has(name)).map(({ name }) => name);
    const [only] = having;
    if (having.size === 1 && lacking.length > 1) {
      findings.push(
        notAssessed(
          `Of ConfigMaps kube-root-ca.crt only that of namespace ${only ?? ''} is in the input, so what pods of others get is not known.`,
          [],
          { headline: 'kube-root-ca.crt of one namespace only', remediation: EXPORT },
        ),
      );
    } else if (lacking.length > 0) {
      findings.push(
        warn(
          `${few(lacking)} ${lacking.length === 1 ? 'has' : 'have'} no ConfigMap kube-root-ca.crt: new pods there wait for it and do not start.`,
          [],
          {
            severity: 'medium',
            headline: 'namespaces without kube-root-ca.crt',
          },
        ),
      );
    }
    if (findings.length > 0) return findings;
    const verified =
      chain.length === 0
        ? '; whether it verifies the API server, its certificate would tell'
        : ', and it verifies the API server';
    return pass(`Every namespace that is in the input has one and the same CA${verified}.`);
  },
});

const legacyTokens: Check = ofCluster({
  id: 'sa-legacy-tokens',
  title: 'No Secret holds a service account token that never ends',
  severity: 'low',
  impact: 'security',
  versions: 'all; made for every service account up to 1.23, from 1.24 only where somebody asks for one',
  remediation:
    'Let pods take the token that the kubelet renews, or `kubectl create token <account>`; once the label kubernetes.io/legacy-token-last-used is old, `kubectl delete secret <name>`.',
  references: [
    cis('5.1.5'),
    kubernetesDocs('reference/access-authn-authz/service-accounts-admin/'),
    kubernetesSource('pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go'),
  ],
  judge: (cluster) => {
    const found = cluster.secrets.filter(({ type }) => type === 'kubernetes.io/service-account-token');
    if (found.length === 0) return pass('No Secret that is in the input is a service account token.');
    return warn(
      `${found.length === 1 ? 'A Secret holds a token' : `${found.length} Secrets hold tokens`} of service accounts without an end: ${few(found.map(({ namespace, name, serviceAccount }) => `${namespace}/${name}${serviceAccount === undefined ? '' : ` (${serviceAccount})`}`))}.`,
      found.slice(0, 5).map((one) => objectEvidence(one, one.type, 'type')),
      { headline: 'tokens without an end' },
    );
  },
});

/** Secrets are not part of an export; those that somebody adds are looked at all the same. */
const tokensWhereSeen: Check = {
  ...legacyTokens,
  notApplicable: (context) =>
    context.node.cluster?.known.has('Secret') === false
      ? 'No Secret is in the input, and none is asked for.'
      : legacyTokens.notApplicable?.(context),
};

export const SERVICE_ACCOUNT_OBJECT_CHECKS: readonly Check[] = [publishedCA, tokensWhereSeen];
