/** The names that etcd demands of a certificate beside the right CA: --peer-cert-allowed-cn and its like. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { Check, CheckContext, Finding, PresentedCertificate } from '../../src/model/path.ts';
import { evidences, isSet } from './access.ts';
import type { EtcdSide } from './etcd.ts';
import { allowedNames, clientAuthentication, CLIENT_SIDE, etcdOf, isAllowed, makesItsOwn, PEER_SIDE } from './etcd.ts';
import { ETCD_FLAG_PLACE, ofEtcd } from './etcd-checks.ts';
import { unavailable } from './material.ts';
import { etcdSource } from './references.ts';
import { fail, notApplicable, notAssessed, pass } from './result.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

const TRANSPORT = etcdSource('client/pkg/transport/listener.go');

/** Asked where a side demands names at all, and certificates from its clients. */
function ofNames(side: EtcdSide): Pick<Check, 'notApplicable'> {
  const flags = [side.allowedCN, side.allowedHostname].flatMap((name) => (name === undefined ? [] : [`--${name}`]));
  return {
    notApplicable: ({ node }) => {
      const found = etcdOf(node);
      if (!found.seen) return undefined;
      if (allowedNames(found.etcd, side).length === 0) {
        return `${enumerate(flags)} ${flags.length === 1 ? 'is' : 'are'} not set: a certificate from the trusted CA is enough.`;
      }
      return makesItsOwn(found.etcd, side) || clientAuthentication(found.etcd, side) === 'none'
        ? 'etcd demands no certificate on this side, so it asks for no name either.'
        : undefined;
    },
  };
}

/** `--peer-cert-allowed-cn (etcd-peer)` for a sentence. */
function demanded(etcd: Component, side: EtcdSide): string {
  return enumerate(allowedNames(etcd, side).map(({ setting, names }) => `--${setting} (${names.join(', ')})`));
}

function evidenceOf(etcd: Component, side: EtcdSide) {
  return evidences(etcd, ...allowedNames(etcd, side).map(({ setting }) => setting));
}

/** Judges the certificates that are shown to a side which demands names. */
function judgeNames(
  etcd: Component,
  side: EtcdSide,
  shownTo: readonly PresentedCertificate[],
  consequence: (leaf: Certificate) => string,
  headline: string,
): Finding {
  const shown = evidenceOf(etcd, side);
  if (shownTo.length === 0) return pass('No certificate is shown to etcd here.', shown);
  for (const presented of shownTo) {
    const leaf = presented.chain[0];
    if (leaf === undefined) {
      return notAssessed(`${unavailable(presented.certificate) ?? 'The certificate is not known'}.`, shown);
    }
    if (!isAllowed(etcd, side, leaf)) {
      return fail(consequence(leaf), [...shown, certificateEvidence(leaf, presented)], { headline });
    }
  }
  return pass(`The certificate has a name that ${demanded(etcd, side)} demands.`, shown);
}

function calledBy({ commonName }: Certificate): string {
  return commonName === undefined ? 'no common name' : `common name ${commonName}`;
}

export const peerAllowedNames: Check = {
  id: 'etcd-peer-allowed-names',
  title: "etcd's own peer certificate has a name that it demands of its peers",
  severity: 'high',
  impact: 'availability',
  versions: 'all; a list from 3.5.15 on, one name before',
  remediation: `Set --peer-cert-allowed-cn to the common names of all members' peer certificates, or --peer-cert-allowed-hostname to a name that all of them have, but never both, ${ETCD_FLAG_PLACE}; or remove them.`,
  references: [TRANSPORT],
  ...ofNames(PEER_SIDE),
  ...ofEtcd((etcd, { facts }: CheckContext) => {
    if (allowedNames(etcd, PEER_SIDE).length > 1 && isSet(etcd, PEER_SIDE.certificate)) {
      return notApplicable('The two flags exclude each other: see etcd-removed-flags.');
    }
    return judgeNames(
      etcd,
      PEER_SIDE,
      facts.presented,
      (leaf) =>
        `${located(leaf)} (${calledBy(leaf)}) has none of the names that ${demanded(etcd, PEER_SIDE)} demands: a member that is configured alike refuses it.`,
      'own peer certificate not allowed',
    );
  }),
};

export const clientAllowedHostname: Check = {
  id: 'etcd-client-allowed-hostname',
  title: "The API server's certificate has the name that etcd demands of its clients",
  severity: 'high',
  impact: 'availability',
  versions: '3.4+; a list from 3.5.15 on, one name before',
  remediation: `Issue /etc/kubernetes/pki/apiserver-etcd-client.crt with a subject alternative name that --client-cert-allowed-hostname has, or remove that flag ${ETCD_FLAG_PLACE}: kubeadm's client certificates have no such name.`,
  references: [TRANSPORT],
  ...ofNames(CLIENT_SIDE),
  ...ofEtcd((etcd, { facts }: CheckContext) =>
    judgeNames(
      etcd,
      CLIENT_SIDE,
      facts.presented.filter(({ side }) => side === 'client'),
      (leaf) =>
        `${located(leaf)} has none of the names that ${demanded(etcd, CLIENT_SIDE)} demands, so etcd refuses the API server.`,
      'etcd refuses the API server by its name',
    ),
  ),
};
