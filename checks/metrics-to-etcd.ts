/** Whoever scrapes or probes etcd's own port for metrics and health. */
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, PathDefinition, PathFacts } from '../src/model/path.ts';
import { list } from './shared/access.ts';
import { flagChecks, minTLSOf } from './shared/listener.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { etcdDocs, etcdSource } from './shared/references.ts';
import { fail, pass } from './shared/result.ts';
import { combine, sideAccepted } from './shared/verdict.ts';
import {
  clientAuthentication,
  CLIENT_SIDE,
  encryptedOf,
  etcdApplicability,
  etcdOf,
  isLocal,
  printUrls,
  serving,
  urlEvidence,
  urlsOf,
} from './shared/etcd.ts';
import { ETCD_FLAG_PLACE, ofEtcd } from './shared/etcd-checks.ts';
import { issuerOfServing } from './shared/etcd-trust.ts';

const SETTING = 'listen-metrics-urls';

function facts(node: NodeModel): PathFacts {
  const found = etcdOf(node);
  if (!found.seen) throw new Error(found.reason);
  return factsOf(node, found.etcd);
}

function factsOf(node: NodeModel, etcd: Component): PathFacts {
  const urls = urlsOf(etcd, SETTING);
  const secure = urls.filter((url) => url.secure);
  const server =
    secure.length === 0
      ? undefined
      : serving(node, etcd, CLIENT_SIDE, { trust: issuerOfServing(node, etcd), names: [] });
  const presented = server === undefined ? [] : [server];
  const demanded = clientAuthentication(etcd, CLIENT_SIDE) === 'own-ca' ? 'yes' : 'no';
  return {
    encrypted: encryptedOf(urls),
    serverVerified: combine(
      urls.map((url) => (url.socket ? 'n/a' : url.secure ? sideAccepted(presented, 'server', node) : 'no')),
    ),
    clientAuthenticated: combine(urls.map((url) => (url.socket ? 'n/a' : url.secure ? demanded : 'no'))),
    minTLSVersion: secure.length === 0 ? 'n/a' : minTLSOf(etcd),
    presented,
    kubeconfigs: [],
  };
}

const metricsURLs: Check = {
  id: 'etcd-metrics-urls',
  title: "etcd's metrics port is on loopback or speaks TLS",
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means that metrics are on the client port',
  remediation: `Set --listen-metrics-urls=http://127.0.0.1:2381 ${ETCD_FLAG_PLACE}, and let a scraper reach it through a proxy on the node that authenticates; with https etcd demands a client certificate there too, which the kubelet's probes do not have.`,
  references: [etcdSource('server/embed/etcd.go'), etcdDocs('v3.6/op-guide/monitoring/')],
  ...ofEtcd((etcd) => {
    const urls = urlsOf(etcd, SETTING);
    const shown = urlEvidence(etcd, urls);
    const open = urls.filter((url) => !url.secure && !isLocal(url));
    if (open.length > 0) {
      return fail(
        `etcd gives its metrics and health in plain text to whoever reaches ${printUrls(open)}: they name members and show the size and the load of the store.`,
        shown,
        { headline: 'metrics in plain text' },
      );
    }
    if (urls.every(isLocal)) return pass(`Only the node itself reaches ${printUrls(urls)}.`, shown);
    return pass(`${printUrls(urls.filter(({ secure }) => secure))} speaks TLS.`, shown);
  }),
};

export const path: PathDefinition = {
  id: 'metrics-to-etcd',
  title: 'Metrics and health of etcd',
  client: 'Prometheus, probes',
  server: 'etcd',
  description:
    "etcd's metrics and health on a port of their own (kubeadm: 2381, plain HTTP on loopback, for the kubelet's probes). Nothing is authenticated on a plain listener; an https one takes the certificate and the client authentication of the client port.",
  applicability: (node) => {
    const applicability = etcdApplicability(node);
    const found = etcdOf(node);
    if (applicability.kind !== 'applies' || !found.seen) return applicability;
    return list(found.etcd, SETTING).some((url) => url !== '')
      ? applicability
      : {
          kind: 'not-applicable',
          reason: '--listen-metrics-urls is not set: metrics are on the client port, see client-to-etcd.',
        };
  },
  facts,
  checks: [metricsURLs, ...flagChecks('etcd'), ...PKI_CHECKS],
};
