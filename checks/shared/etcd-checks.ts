/** Questions that are asked of etcd's two TLS configurations alike, with the ids of each. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, CheckContext, Finding, Material, PathFacts, Reference } from '../../src/model/path.ts';
import { atLeast, formatVersion } from '../../src/model/version.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { sameKey, verifyChain } from '../../src/pki/chain.ts';
import { bool, component, evidence, evidences, isSet, known, knownOr, list } from './access.ts';
import type { EtcdSide } from './etcd.ts';
import {
  clientAuthentication,
  CLIENT_SIDE,
  etcdOf,
  knownFile,
  makesItsOwn,
  PEER_SIDE,
  printUrls,
  servesTLS,
  trustedCA,
  urlsOf,
} from './etcd.ts';
import { certificatesOf, settingMaterial, unavailable } from './material.ts';
import { keyCheck, namesCheck } from './pki.ts';
import { cis, etcdDocs, etcdSource, kubernetesDocs, stig } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { isForEtcdAlone } from './trust-scope.ts';
import { unreadFinding } from './unread.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

/** What a check is called and how its fault is mended; severity, impact and versions where they differ. */
type Words = Pick<Check, 'id' | 'title' | 'remediation' | 'references'> & Partial<Pick<Check, 'versions'>>;

const SECURITY = etcdDocs('v3.6/op-guide/security/');
const TRANSPORT = etcdSource('client/pkg/transport/listener.go');
const EMBED = etcdSource('server/embed/etcd.go');

/** Where a flag of etcd is set, for every remediation. */
export const ETCD_FLAG_PLACE =
  'in /etc/kubernetes/manifests/etcd.yaml (kubeadm: etcd.local.extraArgs of the ClusterConfiguration, so that an upgrade keeps it)';

/** Runs a judgement on this machine's etcd; the API server may use one that is not in the input. */
export function ofEtcd(
  judge: (etcd: Component, context: CheckContext) => Finding | readonly Finding[],
): Pick<Check, 'evaluate'> {
  return {
    evaluate: (context) => {
      const found = etcdOf(context.node);
      return found.seen
        ? judge(found.etcd, context)
        : notAssessed(`${found.reason}: supply the files of the etcd node to judge its side.`);
    },
  };
}

/** Asks of etcd's TLS listeners of one side; in plain text nothing of it counts. */
function ofTLS(side: EtcdSide): Pick<Check, 'notApplicable'> {
  return {
    notApplicable: ({ node }) => {
      const found = etcdOf(node);
      return !found.seen || servesTLS(found.etcd, side)
        ? undefined
        : 'No listener of etcd speaks TLS here, so its certificates are not used.';
    },
  };
}

/** Everything that is not right, or that all of it is: a question that has several parts has one answer. */
export function summed(findings: readonly Finding[], passing: Finding): readonly Finding[] {
  const open = findings.filter(({ status }) => status !== 'pass' && status !== 'not-applicable');
  return open.length > 0 ? open : [passing];
}

function resultsOf(check: Check, context: CheckContext): readonly Finding[] {
  const findings = known(() => [check.evaluate(context)].flat());
  return findings instanceof UnknownValue ? [notAssessed(findings.message, findings.evidence)] : findings;
}

/** Is the certificate of one side there, whole, and with its key? */
function certificateCheck(side: EtcdSide, words: Words): Check {
  const key = keyCheck(words);
  const names = namesCheck(words);
  return {
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    ...words,
    ...ofTLS(side),
    ...ofEtcd((etcd, context) => {
      const shown = evidences(etcd, side.certificate, side.key);
      const listeners = knownOr('addresses that the input does not show', () =>
        printUrls(urlsOf(etcd, ...side.listeners).filter(({ secure }) => secure)),
      );
      if (makesItsOwn(etcd, side)) return pass(`etcd makes its own certificate: see ${autoTLSId(side)}.`, shown);
      const set = [side.certificate, side.key].filter((name) => isSet(etcd, name));
      if (set.length < 2) {
        const lacking = [side.certificate, side.key].filter((name) => !set.includes(name)).map((name) => `--${name}`);
        return fail(
          `etcd listens on ${listeners} without ${enumerate(lacking)}, which it refuses: it does not start.`,
          shown,
          { headline: `${lacking[0] ?? ''} not set` },
        );
      }
      if (isSet(etcd, side.ownCertificate) !== isSet(etcd, side.ownKey)) {
        return fail(
          `Only one of --${side.ownCertificate} and --${side.ownKey} is set: etcd does not start without the other.`,
          evidences(etcd, side.ownCertificate, side.ownKey),
          { headline: 'certificate and key not both set' },
        );
      }
      const passing = pass(`etcd serves TLS with a certificate and the key that belongs to it.`, shown);
      return summed(
        [...resultsOf(key, context), ...resultsOf(names, context), ...gatewayFindings(etcd, side, context)],
        passing,
      );
    }),
  };
}

/**
 * etcd's JSON gateway dials etcd itself and shows the serving certificate there, so with client authentication that
 * certificate has to be for clientAuth too. gRPC clients, the API server among them, do not notice.
 * Source: go.etcd.io/etcd/server/v3/embed/serve.go (registerGateway); behaviour seen with etcd 3.4.23 and 3.7.3.
 */
function gatewayFindings(etcd: Component, side: EtcdSide, { node, path, facts }: CheckContext): readonly Finding[] {
  if (side !== CLIENT_SIDE || path !== 'client-to-etcd') return [];
  if (bool(etcd, 'enable-grpc-gateway') === false || clientAuthentication(etcd, side) === 'none') return [];
  const separate = isSet(etcd, side.ownCertificate);
  const leaf = separate
    ? certificatesOf(settingMaterial(node, etcd, side.ownCertificate))[0]
    : facts.presented.find((one) => one.side === 'server')?.chain[0];
  const uses = leaf?.extendedKeyUsage;
  if (leaf === undefined || uses === undefined || uses.includes('any') || uses.includes('clientAuth')) return [];
  return [
    warn(
      `${located(leaf)} is not for clientAuth, but etcd shows it to itself: its HTTP/JSON gateway answers nothing and the log fills with "bad certificate". gRPC clients are served.`,
      evidences(etcd, separate ? side.ownCertificate : side.certificate),
      { severity: 'medium', headline: 'etcd certificate lacks clientAuth' },
    ),
  ];
}

export const serverCertificate = certificateCheck(CLIENT_SIDE, {
  id: 'etcd-server-cert',
  title: 'etcd serves clients with a certificate and its key, good for serverAuth and clientAuth',
  remediation: `Set --cert-file and --key-file ${ETCD_FLAG_PLACE}; a new pair: move /etc/kubernetes/pki/etcd/server.{crt,key} away, run \`kubeadm init phase certs etcd-server\` and restart etcd (move its manifest out of /etc/kubernetes/manifests and back).`,
  references: [cis('2.1'), stig('CNTR-K8-001490'), stig('CNTR-K8-001500'), SECURITY, EMBED],
});

export const peerCertificate = certificateCheck(PEER_SIDE, {
  id: 'etcd-peer-cert',
  title: "etcd's peer certificate has its key and names the addresses of this member",
  remediation: `Set --peer-cert-file and --peer-key-file ${ETCD_FLAG_PLACE}; a new pair: move /etc/kubernetes/pki/etcd/peer.{crt,key} away, run \`kubeadm init phase certs etcd-peer\` and restart etcd, one member at a time.`,
  references: [
    cis('2.4'),
    stig('CNTR-K8-001540'),
    stig('CNTR-K8-001550'),
    SECURITY,
    etcdSource('client/pkg/transport/listener_tls.go'),
  ],
});

/** Does one side demand certificates from its clients, and from the right CA? */
function authenticationCheck(side: EtcdSide, words: Words, consequence: string): Check {
  return {
    severity: side === CLIENT_SIDE ? 'critical' : 'high',
    impact: 'security',
    versions: 'all; from 3.4 on the trusted CA alone makes client certificates mandatory',
    ...words,
    ...ofTLS(side),
    ...ofEtcd((etcd, { node }) => {
      const shown = evidences(etcd, side.clientAuth, side.trustedCA);
      if (makesItsOwn(etcd, side)) {
        return pass(`etcd makes its own certificate and asks for none: see ${autoTLSId(side)}.`, shown);
      }
      const material = trustedCA(node, etcd, side);
      switch (clientAuthentication(etcd, side)) {
        case 'none':
          return fail(
            material === undefined
              ? `Neither --${side.trustedCA} nor --${side.clientAuth} is set: ${consequence}.`
              : `--${side.trustedCA} alone demands no certificate in etcd ${etcd.version === undefined ? '' : formatVersion(etcd.version)}, and --${side.clientAuth} is not set: ${consequence}.`,
            shown,
            { headline: 'no client certificate demanded' },
          );
        case 'public-roots':
          return fail(
            `--${side.clientAuth} is set without --${side.trustedCA}: the host's public CAs judge clients, so certificates of the etcd CA are refused and any certificate bought for clientAuth is let in.`,
            shown,
            { headline: 'clients judged by public CAs', impact: 'both' },
          );
        case 'own-ca': {
          const unread = material === undefined ? undefined : unreadFinding(material, shown, 'etcd does not start');
          if (unread !== undefined) return unread;
          if (certificatesOf(material).length === 0) {
            return fail(
              `${material?.file ?? ''} holds no certificate that etcd reads: it refuses every client.`,
              shown,
              {
                impact: 'availability',
                headline: 'trusted CA file is empty',
              },
            );
          }
          return pass(
            bool(etcd, side.clientAuth) === true
              ? `Only certificates from ${material?.file ?? ''} are let in.`
              : `Only certificates from ${material?.file ?? ''} are let in: --${side.trustedCA} alone demands them.`,
            shown,
          );
        }
      }
    }),
  };
}

export const clientCertificateAuth = authenticationCheck(
  CLIENT_SIDE,
  {
    id: 'etcd-client-cert-auth',
    title: 'etcd lets in only clients with a certificate from its own CA',
    remediation: `Set --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt and --client-cert-auth=true ${ETCD_FLAG_PLACE}; first give every client a certificate from that CA (API server: --etcd-certfile and --etcd-keyfile), which is refused service otherwise.`,
    references: [cis('2.2'), stig('CNTR-K8-001450'), TRANSPORT, SECURITY],
  },
  'whoever reaches its port reads and changes every object of the cluster, Secrets included',
);

export const peerCertificateAuth = authenticationCheck(
  PEER_SIDE,
  {
    id: 'etcd-peer-client-auth',
    title: 'etcd takes only members with a certificate from its own CA',
    remediation: `Set --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt and --peer-client-cert-auth=true ${ETCD_FLAG_PLACE} on every member, one at a time; each member's peer certificate has to come from that CA first.`,
    references: [cis('2.5'), stig('CNTR-K8-001480'), TRANSPORT, SECURITY],
  },
  'whoever reaches the peer port can speak to etcd as a member does and corrupt the store',
);

function autoTLSId(side: EtcdSide): string {
  return side === CLIENT_SIDE ? autoTLS.id : peerAutoTLS.id;
}

function autoTLSCheck(side: EtcdSide, words: Words, consequence: string): Check {
  return {
    severity: 'high',
    impact: 'security',
    versions: 'all; ignored beside a certificate file',
    ...words,
    ...ofTLS(side),
    ...ofEtcd((etcd) => {
      const shown = [evidence(etcd, side.autoTLS)];
      if (makesItsOwn(etcd, side)) {
        return fail(
          `--${side.autoTLS} makes etcd sign its own certificate and demand none: ${consequence}.`,
          [...shown, evidence(etcd, side.certificate)],
          { headline: `--${side.autoTLS}: nobody is verified` },
        );
      }
      return bool(etcd, side.autoTLS) === true
        ? pass(`--${side.autoTLS} is set and without effect, because certificate files are given.`, shown)
        : pass(`--${side.autoTLS} is off.`, shown);
    }),
  };
}

export const autoTLS = autoTLSCheck(
  CLIENT_SIDE,
  {
    id: 'etcd-auto-tls',
    title: 'etcd does not serve clients with a certificate that it made itself',
    remediation: `Remove --auto-tls and set --cert-file, --key-file, --trusted-ca-file and --client-cert-auth=true ${ETCD_FLAG_PLACE}.`,
    references: [cis('2.3'), stig('CNTR-K8-000180'), etcdSource('server/embed/config.go'), SECURITY],
  },
  'clients cannot tell it from an impostor, and anybody who reaches it reads and writes',
);

export const peerAutoTLS = autoTLSCheck(
  PEER_SIDE,
  {
    id: 'etcd-peer-auto-tls',
    title: 'etcd does not meet other members with a certificate that it made itself',
    remediation: `Remove --peer-auto-tls and set --peer-cert-file, --peer-key-file, --peer-trusted-ca-file and --peer-client-cert-auth=true ${ETCD_FLAG_PLACE} on every member.`,
    references: [cis('2.6'), stig('CNTR-K8-000190'), etcdSource('server/embed/config.go'), SECURITY],
  },
  'members do not verify one another, so anybody on the network between them can take the place of one',
);

/** A bundle by which the cluster judges other clients than those of etcd. */
interface ClusterBundle {
  readonly what: string;
  readonly material: Material;
  /** How many hold a certificate from it: every kubelet and user, or the front proxy alone. */
  readonly kind: 'clients' | 'front-proxy';
}

/** Those that the node names, and the settings that would name one and are not known. */
function clusterBundles(node: NodeModel): readonly (ClusterBundle | UnknownValue)[] {
  const apiserver = component(node, 'kube-apiserver');
  const kubelet = component(node, 'kubelet');
  const of = (owner: Component | undefined, name: string) =>
    owner === undefined ? undefined : known(() => settingMaterial(node, owner, name));
  const found: readonly (readonly [string, Material | UnknownValue | undefined, ClusterBundle['kind']])[] = [
    ['client CA of the API server', of(apiserver, 'client-ca-file'), 'clients'],
    ['front-proxy CA of the API server', of(apiserver, 'requestheader-client-ca-file'), 'front-proxy'],
    ['client CA of the kubelet', of(kubelet, 'client-ca-file'), 'clients'],
    ['CA of the cluster', presentFile(node, '/etc/kubernetes/pki/ca.crt'), 'clients'],
    ['front-proxy CA', presentFile(node, '/etc/kubernetes/pki/front-proxy-ca.crt'), 'front-proxy'],
  ];
  const seen = new Set<string>();
  return found.flatMap(([what, material, kind]): readonly (ClusterBundle | UnknownValue)[] => {
    if (material instanceof UnknownValue) return [material];
    if (material === undefined || seen.has(material.file)) return [];
    seen.add(material.file);
    return [{ what, material, kind }];
  });
}

function presentFile(node: NodeModel, file: string): Material | undefined {
  const material = knownFile(node, file);
  return material.nodeFile?.state === 'present' ? material : undefined;
}

/** Compares what etcd trusts with what the cluster trusts: by key, and by whether the one would accept the other. */
function overlap(
  node: NodeModel,
  etcdRoots: readonly Certificate[],
  clusterCA: Certificate,
): 'same-ca' | 'same-key' | 'signed-by' | undefined {
  const twin = etcdRoots.find((root) => sameKey(root.publicKey, clusterCA.publicKey));
  // Go looks for issuers by name: under another name the same key signs nothing that etcd accepts.
  if (twin !== undefined) return twin.subjectDer === clusterCA.subjectDer ? 'same-ca' : 'same-key';
  const chain = verifyChain({ leaf: clusterCA, intermediates: [], roots: etcdRoots, at: node.at, usage: 'any' });
  return chain.ok ? 'signed-by' : undefined;
}

function uniqueCACheck(side: EtcdSide, words: Words): Check {
  const judgeBundles = (
    node: NodeModel,
    owner: Component,
    setting: string,
    limited: string | undefined,
  ): readonly Finding[] => {
    const material = settingMaterial(node, owner, setting);
    const shown = [evidence(owner, setting)];
    if (material === undefined) return [pass(`--${setting} is not set, so there is no CA to compare.`, shown)];
    const unread = unavailable(material);
    if (unread !== undefined)
      return [notAssessed(`${unread}, so it was not compared with the CAs of the cluster.`, shown)];
    const roots = certificatesOf(material);
    const findings = clusterBundles(node).flatMap((bundle): readonly Finding[] => {
      if (bundle instanceof UnknownValue) return [notAssessed(bundle.message, [...shown, ...bundle.evidence])];
      const both = [...shown, bundle.material.evidence];
      const missing = unavailable(bundle.material);
      if (missing !== undefined) return [notAssessed(`${missing}, so it was not compared with the CA of etcd.`, both)];
      const clusterCAs = certificatesOf(bundle.material);
      return clusterCAs.flatMap((clusterCA) => {
        const kind = overlap(node, roots, clusterCA);
        // It lets the clients of etcd into the cluster, which the checks on that bundle say, and nobody into etcd.
        if (kind === 'same-ca' && isForEtcdAlone(node, clusterCA, clusterCAs)) return [];
        return kind === undefined ? [] : [overlapFinding(kind, bundle, clusterCA, material, both, limited)];
      });
    });
    return summed(
      findings,
      pass(`${material.file} holds no CA from which the rest of the cluster has its certificates.`, shown),
    );
  };
  return {
    severity: 'high',
    impact: 'security',
    versions: 'all',
    ...words,
    notApplicable: ({ node }) =>
      clusterBundles(node).length > 0
        ? undefined
        : 'No CA of the cluster is configured on this machine; the control-plane nodes show whether etcd shares it.',
    evaluate: ({ node }) => {
      const found = etcdOf(node);
      if (found.seen) {
        const limited = (
          side === CLIENT_SIDE
            ? ['client-cert-allowed-hostname']
            : ['peer-cert-allowed-cn', 'peer-cert-allowed-hostname']
        ).find((name) => isSet(found.etcd, name));
        return judgeBundles(node, found.etcd, side.trustedCA, limited);
      }
      const apiserver = component(node, 'kube-apiserver');
      return apiserver === undefined
        ? notAssessed(`${found.reason}: supply the files of the etcd node.`)
        : judgeBundles(node, apiserver, 'etcd-cafile', undefined);
    },
  };
}

function overlapFinding(
  kind: 'same-ca' | 'same-key' | 'signed-by',
  { what, kind: holders }: ClusterBundle,
  clusterCA: Certificate,
  etcdCA: Material,
  shown: Finding['evidence'],
  limited: string | undefined,
): Finding {
  const headline = holders === 'front-proxy' ? 'etcd shares the front-proxy CA' : 'etcd shares the cluster CA';
  if (kind === 'same-key') {
    return warn(
      `${located(clusterCA)}, the ${what}, has the same key as a CA in ${etcdCA.file}, under another name: whoever holds that key is master of both.`,
      shown,
      { severity: 'medium', headline: 'etcd CA and cluster CA share a key' },
    );
  }
  const how =
    kind === 'same-ca'
      ? `is also in ${etcdCA.file}`
      : `was signed by a CA in ${etcdCA.file}, which therefore vouches for it`;
  if (holders === 'front-proxy') {
    return warn(`${located(clusterCA)}, the ${what}, ${how}: a front-proxy client certificate opens etcd.`, shown, {
      headline,
    });
  }
  const message = `${located(clusterCA)}, the ${what}, ${how}: every client certificate of the cluster, a kubelet's too, opens etcd past all authorization`;
  return limited === undefined
    ? fail(`${message}.`, shown, { headline })
    : warn(`${message}, except that --${limited} narrows it.`, shown, { severity: 'medium', headline });
}

const UNIQUE_CA: Words = {
  id: 'etcd-unique-ca',
  title: 'etcd trusts a CA of its own, not one of the cluster',
  remediation:
    'Make a CA for etcd alone (`kubeadm init phase certs etcd-ca` with /etc/kubernetes/pki/etcd/ca.{crt,key} moved away), reissue etcd-server, etcd-peer, etcd-healthcheck-client and apiserver-etcd-client from it, trust both CAs in --trusted-ca-file and --etcd-cafile while members and API servers restart one by one, then remove the old CA.',
  references: [cis('2.7'), kubernetesDocs('setup/best-practices/certificates/'), SECURITY],
};

export const uniqueClientCA = uniqueCACheck(CLIENT_SIDE, UNIQUE_CA);
export const uniquePeerCA = uniqueCACheck(PEER_SIDE, UNIQUE_CA);

/**
 * What etcd makes of a revocation list: it reads the file at every connection and refuses all of them when it cannot.
 * Up to 3.5 it takes PEM or DER, from 3.6 on DER alone; it never looks at nextUpdate.
 * Source: go.etcd.io/etcd/client/pkg/v3/transport/listener_tls.go (checkCRL); seen with etcd 3.4.23 and 3.7.3.
 */
function revocationCheck(side: EtcdSide): Check {
  return {
    id: 'etcd-crl',
    title: 'etcd can read the revocation list that it is given, and obeys it',
    severity: 'medium',
    impact: 'both',
    versions: 'all; from 3.6 on the list has to be DER',
    remediation: `Write the list as DER: \`openssl crl -in <list.pem> -outform DER -out <list>\` (a version 2 list), name it in --client-crl-file (for peers --peer-crl-file) ${ETCD_FLAG_PLACE}, or remove the flag.`,
    references: [
      etcdSource('client/pkg/transport/listener_tls.go'),
      { id: 'GHSA-3wh4-j44w-pg92', url: 'https://github.com/etcd-io/etcd/security/advisories/GHSA-3wh4-j44w-pg92' },
    ],
    notApplicable: ({ node }) => {
      const found = etcdOf(node);
      return found.seen && isSet(found.etcd, side.revocationList)
        ? undefined
        : `--${side.revocationList} is not set: no certificate is revoked.`;
    },
    ...ofEtcd((etcd, { node, facts }) => {
      const material = settingMaterial(node, etcd, side.revocationList);
      const shown = [evidence(etcd, side.revocationList)];
      if (material === undefined) return pass('No revocation list is set.', shown);
      const unread = unreadFinding(material, shown, 'etcd refuses every connection on this side');
      if (unread !== undefined) return { ...unread, severity: unread.status === 'fail' ? 'high' : 'medium' };
      const content = material.nodeFile?.state === 'present' ? material.nodeFile.pem : undefined;
      const crl = content?.revocationLists[0];
      const isPEM = crl?.encoding === 'PEM';
      const holdsOther = content !== undefined && crl === undefined;
      const derOnly = etcd.version === undefined || atLeast(etcd.version, '3.6');
      if (holdsOther || (isPEM && derOnly)) {
        return fail(
          holdsOther
            ? `${material.file} holds no revocation list, so etcd refuses every connection on this side.`
            : `${material.file} is PEM, which etcd 3.6 and later do not read: it refuses every connection on this side.`,
          shown,
          { severity: 'high', impact: 'availability', headline: 'revocation list unreadable for etcd' },
        );
      }
      const revoked = presented(facts).filter(({ serialNumber }) => crl?.revoked.includes(serialNumber) === true);
      if (revoked.length > 0) {
        return fail(
          `${material.file} revokes ${enumerate(revoked.map((one) => `${located(one)} (serial number ${one.serialNumber})`))}: etcd refuses who shows it.`,
          [...shown, ...revoked.map((one) => certificateEvidence(one))],
          {
            severity: 'high',
            impact: 'availability',
            headline: 'revoked certificate in use',
            remediation: REISSUE_REVOKED,
          },
        );
      }
      return revocationBypass(etcd, side) ?? pass(`etcd obeys the revocation list ${material.file}.`, shown);
    }),
  };
}

const REISSUE_REVOKED =
  'Where the key is out, issue the certificate anew (`kubeadm certs renew <name>` gives it another serial number); where it is not, take its serial number out of the list. etcd compares serial numbers alone, whoever issued the certificate.';

/** The certificates that clients of etcd show on this path, leaf and intermediates. */
function presented({ presented: all }: PathFacts): readonly Certificate[] {
  const chains = all.filter(({ side }) => side === 'client').flatMap(({ chain }) => chain);
  return [...new Map(chains.map((one) => [one.sha256, one])).values()];
}

/** GHSA-3wh4-j44w-pg92: with a listener of its own for HTTP, gRPC clients are not held against the list. */
function revocationBypass(etcd: Component, side: EtcdSide): Finding | undefined {
  if (side !== CLIENT_SIDE || list(etcd, 'listen-client-http-urls').length === 0 || etcd.version === undefined) {
    return undefined;
  }
  const fixed = atLeast(etcd.version, '3.6') ? '3.6.13' : '3.5.32';
  if (atLeast(etcd.version, fixed)) return undefined;
  return warn(
    `With --listen-client-http-urls set, etcd ${formatVersion(etcd.version)} does not hold gRPC clients against the revocation list (GHSA-3wh4-j44w-pg92): a revoked certificate is still let in.`,
    evidences(etcd, side.revocationList, 'listen-client-http-urls'),
    {
      severity: 'high',
      impact: 'security',
      headline: 'revocation list not obeyed',
      remediation: `Upgrade etcd to ${fixed} or later, or remove --listen-client-http-urls.`,
    },
  );
}

export const clientRevocation = revocationCheck(CLIENT_SIDE);
export const peerRevocation = revocationCheck(PEER_SIDE);

/** References that etcd's listener carries beside those of every listener. */
export const ETCD_LISTENER_REFERENCES: {
  readonly minVersion: readonly Reference[];
  readonly cipherSuites: readonly Reference[];
} = {
  minVersion: [etcdSource('client/pkg/tlsutil/versions.go')],
  cipherSuites: [etcdSource('server/embed/config.go'), SECURITY],
};

/** The words of one check that two paths ask in their own way. */
export const CLIENT_URL_HTTPS = {
  id: 'etcd-client-url-https',
  title: 'etcd takes clients over TLS only',
  severity: 'critical',
  impact: 'security',
  versions: 'all; unset means http://localhost:2379',
  remediation: `Set --cert-file, --key-file, --trusted-ca-file and --client-cert-auth=true ${ETCD_FLAG_PLACE} and add an https URL beside each http one in --listen-client-urls, since etcd takes both on one address; then change --etcd-servers of the API servers and every other client to https, one after the other; then remove the http URLs from --listen-client-urls and --advertise-client-urls.`,
  references: [cis('2.1'), etcdSource('server/embed/etcd.go'), SECURITY],
} as const satisfies Omit<Check, 'evaluate'>;
