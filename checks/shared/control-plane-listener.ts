/** The scheduler and the controller managers as servers of health and metrics: one implementation for all. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  Applicability,
  Check,
  ExpectedName,
  PathDefinition,
  PathFacts,
  PresentedCertificate,
  Reference,
  Trust,
} from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { component, evidence, evidences, isSet, isWritten, requireComponent, text } from './access.ts';
import { setFlag, notConfigured } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { callerChecks } from './control-plane-callers.ts';
import { insecureListener, insecurePort } from './control-plane-insecure.ts';
import { alwaysAllowPaths } from './control-plane-open-paths.ts';
import { probesAnswered } from './control-plane-probes.ts';
import { offHost, ofListener, servesHTTPS } from './control-plane-secure.ts';
import { listenerChecks, minTLSOf } from './listener.ts';
import { bundleOf, presentedBySettings } from './material.ts';
import { PKI_CHECKS } from './pki.ts';
import { controlPlaneProfiling } from './profiling.ts';
import { github, kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, pass, warn } from './result.ts';
import { unreadFinding } from './unread.ts';
import { accepted, uncoveredNames, verdictOf } from './verdict.ts';
import { certificateEvidence, day, enumerate } from './words.ts';

/** What differs between the paths. */
export interface ControlPlaneListener extends Pick<PathDefinition, 'id' | 'title' | 'description'> {
  readonly component: ControlPlaneComponent;
  readonly controls: ListenerControls;
}

/** What the benchmarks say of a listener; empty for a component that they do not know. */
export interface ListenerControls {
  readonly bindAddress: readonly Reference[];
  readonly minVersion: readonly Reference[];
}

/** The path of scrapers, probes and people to one of the components. */
export function controlPlaneListenerPath(listener: ControlPlaneListener): PathDefinition {
  const { component: own, controls, ...words } = listener;
  return {
    ...words,
    client: 'metrics scraper, probe',
    server: own.name,
    applicability: (node): Applicability =>
      component(node, own.name) === undefined ? notConfigured(node, own.name) : { kind: 'applies' },
    facts: (node) => factsOf(node, own),
    checks: [...controlPlaneListenerChecks(own, controls), ...PKI_CHECKS],
  };
}

/** What is asked of the listener of one of the components. */
export function controlPlaneListenerChecks(own: ControlPlaneComponent, controls: ListenerControls): readonly Check[] {
  return [
    bindAddress(own, controls.bindAddress),
    securePort(own),
    insecurePort(own),
    servingCertificate(own),
    delegatedAuthentication(own),
    alwaysAllowPaths(own),
    ...callerChecks(own),
    controlPlaneProfiling(own),
    probesAnswered(own),
    ...listenerChecks({
      prefix: own.prefix,
      component: own.name,
      references: { minVersion: controls.minVersion },
    }),
  ];
}

function factsOf(node: NodeModel, own: ControlPlaneComponent): PathFacts {
  const server = requireComponent(node, own.name);
  const insecure = insecureListener(server, own);
  const open = typeof insecure === 'object';
  const served = presentedServing(node, server, own);
  if (!servesHTTPS(server)) {
    const answer = open ? 'no' : insecure === 'unknown' ? 'unknown' : 'n/a';
    return {
      encrypted: answer,
      serverVerified: answer,
      clientAuthenticated: answer,
      minTLSVersion: open ? 'n/a' : insecure === 'unknown' ? 'unknown' : 'n/a',
      presented: [],
      kubeconfigs: [],
    };
  }
  const over = (answer: Answer): Answer =>
    open ? 'no' : answer === 'yes' && insecure === 'unknown' ? 'unknown' : answer;
  return {
    encrypted: over('yes'),
    serverVerified: over(served === undefined ? 'no' : isSelfSigned(served) ? 'no' : accepted(served, node)),
    clientAuthenticated: over(authenticatesClients(server) ? 'yes' : 'no'),
    minTLSVersion: minTLSOf(server),
    presented: served === undefined ? [] : [served],
    kubeconfigs: [],
  };
}

/**
 * A token is checked by TokenReview through --authentication-kubeconfig, a certificate by --client-ca-file or the CA
 * looked up through that kubeconfig; without both everybody is anonymous.
 * Source: k8s.io/apiserver pkg/server/options/authentication.go (DelegatingAuthenticationOptions.ApplyTo).
 */
function authenticatesClients(server: Component): boolean {
  return isSet(server, 'authentication-kubeconfig') || isSet(server, 'client-ca-file');
}

/** The certificate from --tls-cert-file; undefined when the process makes one in memory at each start. */
export function presentedServing(
  node: NodeModel,
  server: Component,
  own: ControlPlaneComponent,
): PresentedCertificate | undefined {
  const present = (trust: Trust): PresentedCertificate | undefined =>
    presentedBySettings(
      node,
      server,
      { certificate: 'tls-cert-file', key: 'tls-private-key-file' },
      {
        side: 'server',
        role: `serving certificate of ${own.name}`,
        trust,
        expectedNames: onlyName(server),
        askedBy: { chain: `${own.prefix}-serving-cert` },
      },
    );
  // Scrapers in pods have the cluster CA at hand; whether others trust another CA, no file of the node tells.
  const cluster = clusterTrust(node);
  const byCluster = cluster === undefined ? undefined : present(cluster);
  if (byCluster !== undefined) {
    const verdict = verdictOf(byCluster, node);
    const { kind } = verdict;
    if (kind === 'judged' && (verdict.result.ok || ['expired', 'not-yet-valid'].includes(verdict.result.reason))) {
      return byCluster;
    }
  }
  return present({ kind: 'unknown', message: 'Which CA the scrapers trust is not in the input' });
}

/** On loopback there is one way to dial it; what name is dialled from elsewhere, no file of the node tells. */
function onlyName(server: Component): readonly ExpectedName[] {
  if (offHost(server)) return [];
  const name = text(server, 'bind-address');
  return [{ name, because: 'it listens on nothing else', evidence: evidence(server, 'bind-address') }];
}

function clusterTrust(node: NodeModel): Trust | undefined {
  for (const [name, flag] of [
    ['kube-controller-manager', 'root-ca-file'],
    ['kube-apiserver', 'client-ca-file'],
  ] as const) {
    const owner = component(node, name);
    if (owner !== undefined && isSet(owner, flag)) return bundleOf(node, owner, flag, 'none');
  }
  return undefined;
}

function isSelfSigned({ chain }: PresentedCertificate): boolean {
  const leaf = chain[0];
  return leaf !== undefined && leaf.subjectDer === leaf.issuerDer;
}

function bindAddress(own: ControlPlaneComponent, controls: readonly Reference[]): Check {
  return {
    id: `${own.prefix}-bind-address`,
    title: `${own.name} listens on loopback only`,
    severity: 'medium',
    impact: 'security',
    versions: `all; unset means 0.0.0.0${own.kubeadmField === undefined ? '' : ', kubeadm writes 127.0.0.1'}`,
    remediation: `Set --bind-address=127.0.0.1 ${setFlag(own)}; a Prometheus that scrapes from another host then needs a proxy on the node (kube-rbac-proxy), or keep the address and give the listener a certificate and both delegated kubeconfigs.`,
    references: [...controls, kubernetesDocs(`reference/command-line-tools-reference/${own.name}/`)],
    ...ofListener(own, (server) => {
      const shown = [evidence(server, 'bind-address')];
      const address = text(server, 'bind-address');
      if (!offHost(server)) return pass(`${own.name} listens on ${address} only.`, shown);
      const unset = isWritten(server, 'bind-address') ? '' : ' (unset means every address)';
      const guarded = isSet(server, 'tls-cert-file') && delegates(server);
      return warn(
        `${own.name} listens on ${address || 'every address'}${unset}: whoever reaches the node reaches its metrics and debug endpoints${guarded ? ', with a certificate and delegated authentication in front of them' : ''}.`,
        shown,
        // Scraping from another host is a legitimate reason to listen there, if the listener is guarded.
        { headline: `${own.prefix} listens on ${address || 'every address'}`, ...(guarded ? { severity: 'low' } : {}) },
      );
    }),
  };
}

function securePort(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-secure-port`,
    title: `${own.name} serves health and metrics over HTTPS`,
    severity: 'medium',
    impact: 'availability',
    versions: 'all; 0 switches it off',
    remediation: `Remove --secure-port=0 ${setFlag(own)}.`,
    references: [
      kubernetesSource('pkg/cluster/ports/ports.go'),
      kubernetesDocs('reference/networking/ports-and-protocols/'),
    ],
    evaluate: ({ node }) => {
      const server = requireComponent(node, own.name);
      const shown = [evidence(server, 'secure-port')];
      return servesHTTPS(server)
        ? pass(`${own.name} serves HTTPS on port ${text(server, 'secure-port')}.`, shown)
        : warn(
            `--secure-port=0: ${own.name} serves nothing over HTTPS, so nobody sees its metrics and its health.`,
            shown,
            { headline: '--secure-port=0' },
          );
    },
  };
}

function servingCertificate(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-serving-cert`,
    title: `Clients beyond the host can verify the certificate of ${own.name}`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means a self-signed certificate in memory, new at each start',
    remediation: `Sign a pair with the cluster CA for the names that are scraped and set --tls-cert-file and --tls-private-key-file ${setFlag(own)}; or set --bind-address=127.0.0.1.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
      github('kubernetes/kubeadm#2244'),
    ],
    ...ofListener(own, (server, { node, facts }) => {
      const shown = evidences(server, 'tls-cert-file', 'bind-address');
      const served = facts.presented.find((one) => one.side === 'server' && one.owner === own.name);
      if (served === undefined) return withoutCertificate(server, own, node);
      const unread = unreadFinding(served.certificate, shown, `${own.name} does not start`);
      if (unread !== undefined) return unread;
      const leaf = served.chain[0];
      if (leaf === undefined) {
        return fail(
          `${served.certificate.file} holds no certificate that Kubernetes can read: ${own.name} does not start.`,
          shown,
          {
            severity: 'high',
            impact: 'availability',
            headline: 'serving certificate unreadable',
          },
        );
      }
      const evident = [...shown, certificateEvidence(leaf, served)];
      if (isSelfSigned(served)) {
        const message = `${served.certificate.file} is self-signed`;
        return offHost(server)
          ? warn(`${message}: no client can verify it, unless it trusts that very certificate.`, evident, {
              headline: 'self-signed certificate off the host',
            })
          : pass(`${message}, and only this machine reaches the listener.`, evident);
      }
      if (served.trust.kind === 'bundle' && uncoveredNames(served).length > 0) {
        return warn(
          `${served.certificate.file} does not name ${text(server, 'bind-address')}, and ${own.name} listens on nothing else: whoever verifies it refuses the connection.`,
          evident,
          { severity: 'low', impact: 'availability', headline: `certificate lacks ${text(server, 'bind-address')}` },
        );
      }
      return served.trust.kind === 'bundle'
        ? pass(`${served.certificate.file} is signed by the cluster CA, which every pod has.`, evident)
        : pass(`${served.certificate.file} is signed by ${leaf.issuer}: scrapers need that CA.`, evident);
    }),
  };
}

/**
 * How long a certificate lasts that a process makes for itself at its start: a year, dated back by an hour.
 * Source: k8s.io/client-go util/cert/cert.go (GenerateSelfSignedCertKeyWithFixtures).
 */
const IN_MEMORY_MS = (365 * 24 - 1) * 60 * 60 * 1000;

/** When the certificate ends that the running process made, where the input shows when that was. */
function inMemoryUntil({ startedAt }: Component, { at }: NodeModel): string {
  if (startedAt === undefined) return '';
  const ends = new Date(startedAt.getTime() + IN_MEMORY_MS);
  return ends < at
    ? `; the one of the process that runs since ${day(startedAt)} ended on ${day(ends)}, which clients that do not verify it do not notice`
    : `; that of the process that runs ends on ${day(ends)}`;
}

/** No --tls-cert-file: the process makes its own, in memory or in --cert-dir. */
function withoutCertificate(
  server: Component,
  own: ControlPlaneComponent,
  node: NodeModel,
): ReturnType<Check['evaluate']> {
  const shown = evidences(server, 'tls-cert-file', 'tls-private-key-file', 'cert-dir', 'bind-address');
  if (isSet(server, 'tls-private-key-file')) {
    return fail(`--tls-private-key-file is set without --tls-cert-file: ${own.name} does not start.`, shown, {
      severity: 'high',
      impact: 'availability',
      headline: 'certificate and key not both set',
    });
  }
  const made = isSet(server, 'cert-dir')
    ? `a self-signed certificate that it keeps in ${text(server, 'cert-dir')}`
    : `a self-signed certificate that it makes in memory at each start, valid for one year${inMemoryUntil(server, node)}`;
  return offHost(server)
    ? warn(
        `${own.name} serves ${made}. Scrapers from other hosts cannot verify it and have to skip verification.`,
        shown,
        {
          headline: 'throw-away certificate off the host',
        },
      )
    : pass(`${own.name} serves ${made}. Only this machine reaches it.`, shown);
}

function delegates(server: Component): boolean {
  return isSet(server, 'authentication-kubeconfig') && isSet(server, 'authorization-kubeconfig');
}

/**
 * What becomes of callers where one of the two kubeconfigs is lacking. Without --authentication-kubeconfig no token is
 * looked at, and a certificate only where --client-ca-file is set; without --authorization-kubeconfig the group
 * system:masters alone has rights. Source: k8s.io/apiserver pkg/server/options/{authentication,authorization}.go.
 */
function undelegated(server: Component): string {
  const certificates = isSet(server, 'client-ca-file');
  if (isSet(server, 'authorization-kubeconfig')) {
    return certificates
      ? 'count as anonymous, whatever token they show, unless they show a certificate from --client-ca-file'
      : 'count as anonymous, whatever token or certificate they show';
  }
  return authenticatesClients(server)
    ? 'are refused, unless their certificate is in system:masters'
    : 'are refused, whatever token or certificate they show';
}

function delegatedAuthentication(own: ControlPlaneComponent): Check {
  const flags = ['authentication-kubeconfig', 'authorization-kubeconfig'] as const;
  return {
    id: `${own.prefix}-delegated-auth`,
    title: `${own.name} asks the API server who its callers are and what they may do`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means that tokens count for nothing',
    remediation: `Set --authentication-kubeconfig and --authorization-kubeconfig to ${own.kubeadmField === undefined ? 'its kubeconfig' : `/etc/kubernetes/${own.prefix}.conf`} ${setFlag(own)}.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authentication.go'),
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authorization.go'),
    ],
    ...ofListener(own, (server) => {
      const shown = evidences(server, ...flags);
      const lacking = flags.filter((flag) => !isSet(server, flag)).map((flag) => `--${flag}`);
      if (lacking.length === 0) return pass('Callers are authenticated and authorized by the API server.', shown);
      const message = `${enumerate(lacking)} ${lacking.length === 1 ? 'is' : 'are'} not set: callers beyond the health paths ${undelegated(server)}`;
      return offHost(server)
        ? warn(`${message}.`, shown, { headline: 'no delegated authentication' })
        : pass(`${message}; only this machine reaches the listener.`, shown);
    }),
  };
}
