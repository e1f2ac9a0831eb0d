import type { NodeModel } from '../src/model/node.ts';
import type { Check, Finding, PathDefinition, Trust } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { atLeast } from '../src/model/version.ts';
import { isLoopback } from '../src/config/url.ts';
import {
  advertisedAddress,
  anonymousRequests,
  APISERVER_SERVING_CHECKS,
  apiserverServing,
  AUTHORIZATION_CHECKS,
  authorizers,
  insecureListener,
} from './shared/apiserver.ts';
import {
  bool,
  component,
  evidence,
  evidences,
  featureGate,
  gateInForce,
  isSet,
  isWritten,
  knownOr,
  number,
  requireComponent,
} from './shared/access.ts';
import { probes } from './shared/apiserver-probes.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { minTLSOf } from './shared/listener.ts';
import { bundleOf, settingMaterial } from './shared/material.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { publishedCA } from './shared/published-ca.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';
import { expectedName, sideAccepted } from './shared/verdict.ts';
import { enumerate } from './shared/words.ts';
import { anonymousBindings } from './shared/cluster/anonymous.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';

/** Paths whose answers tell nothing but whether the server lives; kubeadm's probes read them without a credential. */
const HEALTH_PATHS = ['/livez', '/readyz', '/healthz'];

/** Holds the address and the CA of the cluster and nothing secret; `kubeadm join` reads it before it has a credential. */
const CLUSTER_INFO = '/api/v1/namespaces/kube-public/configmaps/cluster-info';

const anonymousAuth: Check = {
  id: 'apiserver-anonymous-auth',
  title: 'Anonymous requests are refused, or reach the health paths only',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means on; limiting it to paths: alpha 1.31, on from 1.32',
  remediation: `From 1.32: write an AuthenticationConfiguration with \`anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}]}\`, mount it into the pod and set --authentication-config to it. Plain --anonymous-auth=false breaks kubeadm's probes: see apiserver-probes. Either way \`kubeadm join\` by token stops, since it reads cluster-info anonymously: add {path: ${CLUSTER_INFO}} (paths match exactly) while nodes join, or join with --discovery-file.`,
  references: [
    cis('1.2.1'),
    stig('CNTR-K8-000360'),
    kubernetesDocs('reference/access-authn-authz/authentication/'),
    kubernetesSource('pkg/kubeapiserver/options/authentication.go'),
  ],
  evaluate: ({ node }): Finding => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const found = anonymousRequests(node, apiserver);
    switch (found.kind) {
      case 'unknown':
        return notAssessed(`How anonymous requests are treated is not known: ${found.message}.`, found.evidence);
      case 'refused':
        return fail(`${found.message.replace(/\.$/, '')}: the API server does not start.`, found.evidence, {
          severity: 'high',
          impact: 'availability',
          headline: 'authentication config: does not start',
          remediation:
            'Correct the file that --authentication-config names, or take the flag out that may not stand beside it (--anonymous-auth beside an `anonymous` block, --oidc-* in any case); `crictl logs` of the container names the fault.',
        });
      case 'off':
        return pass(`Anonymous requests are refused: ${found.why}.`, found.evidence);
      case 'limited': {
        // The path of every request begins with a slash, so a condition without one matches nothing.
        const others = found.paths.filter(
          (one) => one.startsWith('/') && !HEALTH_PATHS.includes(one) && one !== CLUSTER_INFO,
        );
        return others.length === 0
          ? pass(`Anonymous requests reach ${enumerate(found.paths)} only.`, found.evidence)
          : warn(`Anonymous requests reach ${enumerate(others)} beside the health paths.`, found.evidence, {
              headline: `anonymous may reach ${others[0] ?? ''}`,
            });
      }
      case 'on':
        return letIn(authorizers(node, apiserver), found.evidence);
    }
  },
};

/** Anonymous requests are let in: what they may then do is up to the authorizers. */
function letIn(found: ReturnType<typeof authorizers>, shown: Finding['evidence']): Finding {
  const message = 'Anonymous requests are let in as system:anonymous';
  const modes = 'problem' in found ? [] : found.modes;
  if (modes.includes('AlwaysAllow')) {
    return warn(`${message}, and AlwaysAllow lets them do everything: see apiserver-authorization-mode.`, shown, {
      headline: 'anonymous requests let in (AlwaysAllow)',
    });
  }
  const others = modes.filter((mode) => !['Node', 'RBAC', 'AlwaysDeny'].includes(mode));
  return others.length > 0
    ? warn(
        `${message}, and ${enumerate(modes)} decide what they may do; one wrong binding, or one wrong answer, opens the cluster.`,
        shown,
        { headline: `anonymous requests let in (${others.join(', ')})` },
      )
    : warn(`${message}, and RBAC alone decides what they may do; one wrong binding opens the cluster.`, shown, {
        headline: 'anonymous requests let in (RBAC decides)',
      });
}

const insecurePort: Check = {
  id: 'apiserver-insecure-port',
  title: 'The API server opens no port without TLS and authentication',
  severity: 'critical',
  impact: 'security',
  versions: 'open by default up to 1.19; inert 1.20 to 1.23; the flags are gone from 1.24',
  remediation:
    'Set --insecure-port=0 (up to 1.19); remove --insecure-port, --insecure-bind-address, --port and --address before an upgrade to 1.24.',
  references: [
    stig('CNTR-K8-000320'),
    stig('CNTR-K8-000340'),
    kubernetesSource('pkg/kubeapiserver/options/serving.go', '1.19.0'),
  ],
  notApplicable: ({ node }) => {
    const version = component(node, 'kube-apiserver')?.version;
    return version !== undefined && atLeast(version, '1.24')
      ? 'The port and its flags are gone from Kubernetes 1.24 on.'
      : undefined;
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = evidences(apiserver, 'insecure-port', 'insecure-bind-address');
    const listener = insecureListener(apiserver);
    if (listener !== undefined) {
      const where = isLoopback(listener.address) ? 'every process on the node' : 'everybody who reaches the node';
      return fail(
        `The API server listens on http://${listener.address}:${listener.port} without TLS, authentication or authorization: ${where} is cluster-admin.`,
        shown,
        {
          headline: `open port ${listener.port}: full admin`,
        },
      );
    }
    const written = ['insecure-port', 'port'].filter(
      (name) => isWritten(apiserver, name) && (number(apiserver, name) ?? 0) !== 0,
    );
    return written.length > 0
      ? fail(
          `--${written[0] ?? ''} is not 0, which this version rejects: the API server does not start.`,
          evidences(apiserver, ...written),
          {
            severity: 'medium',
            impact: 'availability',
            headline: 'insecure port set: does not start',
          },
        )
      : pass('The API server opens no insecure port.', shown);
  },
};

const debugSocket: Check = {
  id: 'apiserver-debug-socket',
  title: 'The API server opens no unauthenticated debugging socket',
  severity: 'medium',
  impact: 'security',
  versions: '1.27+; unset means off',
  remediation: 'Remove --debug-socket-path from the manifest.',
  references: [kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/feature.go')],
  notApplicable: ({ node }) =>
    component(node, 'kube-apiserver')?.settings.has('debug-socket-path') === true
      ? undefined
      : 'The flag came with Kubernetes 1.27.',
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, 'debug-socket-path')];
    return isSet(apiserver, 'debug-socket-path')
      ? warn('--debug-socket-path opens a socket for profiling without authentication.', shown, {
          headline: 'unauthenticated debug socket',
        })
      : pass('No debugging socket is set.', shown);
  },
};

const GATE = 'UnauthenticatedHTTP2DOSMitigation';

/**
 * With the gate on the API server ends an HTTP/2 connection after each answer to a stranger, who then cannot open and
 * reset streams without end (CVE-2023-44487). The gate came with 1.29 and, off, with patch releases of 1.25 to 1.28;
 * behind a load balancer of layer 7 that limits its clients it may be off on purpose (kubernetes/kubernetes#121120).
 */
const http2Mitigation: Check = {
  id: 'apiserver-http2-dos-mitigation',
  title: 'Nobody switched off what keeps strangers from flooding the API server over HTTP/2',
  severity: 'low',
  impact: 'availability',
  hygiene: true,
  versions: 'on by default from 1.29; off by default in 1.25.15, 1.26.10, 1.27.7, 1.28.3 and later ones of these',
  remediation: `Take ${GATE}=false out of --feature-gates in /etc/kubernetes/manifests/kube-apiserver.yaml; up to 1.28 set --feature-gates=${GATE}=true, in a patch release that has the gate.`,
  references: [
    github('kubernetes/kubernetes#121120'),
    github('kubernetes/kubernetes#121196'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go'),
  ],
  notApplicable: ({ node }) =>
    bool(requireComponent(node, 'kube-apiserver'), 'disable-http2-serving') === true
      ? '--disable-http2-serving is true: there is no HTTP/2.'
      : undefined,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, 'feature-gates')];
    const { version } = apiserver;
    if (version === undefined) return notAssessed('The version of the API server is not known.', shown);
    if (!atLeast(version, '1.29')) {
      return featureGate(apiserver, GATE) === true
        ? pass(`${GATE} is on: an HTTP/2 connection of a stranger ends after each answer.`, shown)
        : pass(
            `${GATE} is off unless it is set, as in every release before 1.29, so strangers may keep HTTP/2 connections; patch releases since October 2023 take ${GATE}=true.`,
            shown,
            { weakDefault: `${GATE} is off by default` },
          );
    }
    return gateInForce(apiserver, GATE) === false
      ? warn(
          `${GATE} is off: whoever reaches the port, without a credential, can open and reset HTTP/2 streams without end, unless a load balancer in front limits it.`,
          shown,
          { headline: `${GATE}=false` },
        )
      : pass(`${GATE} is on: an HTTP/2 connection of a stranger ends after each answer.`, shown);
  },
};

/**
 * A client without a credential knows the cluster by its CA alone, as `kubeadm join` pins it: the one that pods get,
 * where the CA that signs client certificates is not the one of the serving certificate.
 */
function clusterCA(node: NodeModel): Trust {
  const apiserver = requireComponent(node, 'kube-apiserver');
  const clients = bundleOf(node, apiserver, 'client-ca-file', 'system-roots');
  const published = publishedCA(node);
  const serving = settingMaterial(node, apiserver, 'tls-cert-file')?.nodeFile;
  const leaf = serving?.state === 'present' ? serving.pem.certificates[0] : undefined;
  const issues = (trust: Trust): boolean =>
    trust.kind === 'bundle' && trust.roots.some(({ subject }) => subject === leaf?.issuer);
  if (issues(clients)) return clients;
  // A published CA that the input does not show may be the one, where the client CA is known not to be.
  const isKnown = clients.kind === 'bundle' && clients.roots.length > 0;
  const isUnseen = published.kind === 'unknown' || (published.kind === 'bundle' && published.roots.length === 0);
  return issues(published) || (isKnown && isUnseen) ? published : clients;
}

const ofNode: PathDefinition = {
  id: 'anonymous-to-apiserver',
  case: '3',
  title: 'Anonymous requests to API server',
  client: 'anyone without a credential',
  server: 'kube-apiserver',
  description:
    'Requests that carry no credential: the API server refuses them, or treats them as system:anonymous and lets RBAC decide. Up to Kubernetes 1.19 a second port, 8080, took everything from anybody.',
  applicability: (node) => (component(node, 'kube-apiserver') === undefined ? noApiserver(node) : { kind: 'applies' }),
  facts: (node) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const serving = apiserverServing(node, {
      trust: clusterCA(node),
      names: expectedName(() => advertisedAddress(node)),
      askedBy: { chain: 'apiserver-serving-chain', names: 'apiserver-serving-san-endpoint' },
    });
    const insecure = knownOr<boolean | 'unknown'>('unknown', () => insecureListener(apiserver) !== undefined);
    const authenticated = (): Answer => {
      const { kind } = anonymousRequests(node, apiserver);
      return kind === 'off' ? 'yes' : kind === 'unknown' ? 'unknown' : 'no';
    };
    return {
      encrypted: insecure === 'unknown' ? 'unknown' : insecure ? 'no' : 'yes',
      serverVerified: sideAccepted([serving], 'server', node),
      clientAuthenticated: insecure === true ? 'no' : knownOr('unknown', authenticated),
      minTLSVersion: minTLSOf(apiserver),
      presented: [serving],
      kubeconfigs: [],
    };
  },
  checks: [
    anonymousAuth,
    probes,
    insecurePort,
    debugSocket,
    http2Mitigation,
    ...AUTHORIZATION_CHECKS,
    ...APISERVER_SERVING_CHECKS,
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [anonymousBindings]);
