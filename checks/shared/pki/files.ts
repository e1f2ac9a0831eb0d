/** What the files have to be: readable by Go, and by nobody else. */
import type { PresentFile } from '../../../src/model/file.ts';
import type { Check, CheckContext, Evidence, Finding, Material } from '../../../src/model/path.ts';
import { parseFault } from '../../../src/pki/chain.ts';
import { octal } from '../file-access.ts';
import { goSource } from '../references.ts';
import { fail, pass, warn } from '../result.ts';
import { goLine, presentedOn } from '../verdict.ts';
import { certificateEvidence, located } from '../words.ts';
import {
  bundleMaterial,
  certificatesOnPath,
  distinct,
  materialsOf,
  pemProblems,
  shownMaterials,
  unreadOf,
} from './walk.ts';

export const parseStrictness: Check = {
  id: 'pki-parse-strictness',
  title: 'Go reads every certificate and key file of the path',
  severity: 'high',
  impact: 'availability',
  versions: 'all; negative serial numbers are refused from Kubernetes 1.32 (Go 1.23)',
  remediation:
    'Write the file again as plain PEM (`openssl x509 -in <file> -out <new file>`, certificate by certificate): no byte order mark, no indentation, no headers inside the block, type CERTIFICATE; reissue a certificate that Go refuses.',
  references: [goSource('encoding/pem/pem.go'), goSource('crypto/x509/parser.go')],
  notApplicable: (context) => (presentedOn(context).length > 0 ? undefined : 'No certificate is used on this path.'),
  evaluate: (context) => {
    const { node, facts } = context;
    const line = goLine(node);
    const files = facts.presented.flatMap((presented) => [
      ...shownMaterials(presented).map((material) => [material, 'shown'] as const),
      ...bundleMaterial(presented).map((material) => [material, 'bundle'] as const),
    ]);
    const unread = files.flatMap(([material, role]) =>
      pemProblems(material, facts, role).map((problem) =>
        fail(
          `${problem.file ?? material.file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}.`,
          [material.evidence],
          { headline: 'PEM that Go does not read' },
        ),
      ),
    );
    const refused = certificatesOnPath(context).flatMap(({ certificate, presented }) => {
      const fault = parseFault(certificate, line);
      return fault === undefined
        ? []
        : fail(`${located(certificate)}: ${fault}.`, [certificateEvidence(certificate, presented)], {
            headline: 'certificate that Go refuses',
          });
    });
    const findings = distinct([...unread, ...refused, ...unreadOf(facts.presented.flatMap(materialsOf))]);
    return findings.length > 0 ? findings : pass('Go reads every certificate and key file of this path.');
  },
};

export const privateKeyMode: Check = {
  id: 'pki-private-key-mode',
  title: 'Only root reads the private keys of the path',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation:
    "`chmod 0600` the file that holds the key and `chown root:root` it (etcd's own user where etcd does not run as root); whoever could read it may have a copy, so then replace the key: `kubeadm certs renew <name>`, and for a CA a new one, kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.",
  references: [
    { id: 'CIS-1.12 1.1.21', url: 'https://www.cisecurity.org/benchmark/kubernetes' },
    { id: 'STIG CNTR-K8-003340', url: 'https://public.cyber.mil/stigs/' },
  ],
  notApplicable: (context) =>
    keyFiles(context).some(({ file }) => file.mode !== undefined)
      ? undefined
      : 'The input does not keep the file modes of the node, or holds no private key of this path.',
  evaluate: (context) => {
    const judged = keyFiles(context).flatMap(
      ({ file, evidence }) => judgeMode(file, evidence) ?? beyondGuides(file, evidence) ?? [],
    );
    return judged.length > 0 ? judged : pass('Nobody but their owner reads the private keys of this path.');
  },
};

/** Who but the owner gets at a key; root's own group holds nobody but root. */
function judgeMode({ path, mode, gid }: PresentFile, shown: Evidence): Finding | undefined {
  if (mode === undefined) return undefined;
  const headline = `private key mode ${octal(mode)}`;
  const what = (bits: number): string => ((mode & bits & 0o044) !== 0 ? 'read' : 'change');
  if ((mode & 0o007) !== 0) {
    return fail(
      `The private key ${path} has mode ${octal(mode)}: every user of the node can ${what(0o007)} it.`,
      [shown],
      { headline },
    );
  }
  if ((mode & 0o070) === 0 || gid === 0) return undefined;
  return gid === undefined
    ? warn(
        `The private key ${path} has mode ${octal(mode)}, and the input does not tell its group: unless that is root's, its members can ${what(0o070)} it.`,
        [shown],
        { severity: 'medium', headline },
      )
    : fail(`The private key ${path} has mode ${octal(mode)}: its group (gid ${gid}) can ${what(0o070)} it.`, [shown], {
        headline,
      });
}

/** CIS 1.1.21 and CNTR-K8-003340 take mode 0600 or less, whoever is in the group. */
function beyondGuides({ path, mode }: PresentFile, shown: Evidence): Finding | undefined {
  if (mode === undefined || (mode & 0o177) === 0) return undefined;
  return pass(
    `The private key ${path} has mode ${octal(mode)}, by which nobody but root gets at it; hardening guides ask for 0600.`,
    [shown],
    { severity: 'low', weakDefault: `private key mode ${octal(mode)}` },
  );
}

/** The files of the path that hold a private key, each once: key files, and others that somebody put a key into. */
function keyFiles(context: CheckContext): readonly { readonly file: PresentFile; readonly evidence: Evidence }[] {
  const seen = new Set<string>();
  const shown = presentedOn(context);
  const keys = [...shown.flatMap(({ key }) => key ?? []), ...(context.facts.privateKeys ?? [])];
  const others = shown.flatMap(materialsOf).filter(holdsKey);
  return [...keys, ...others].flatMap(({ nodeFile, evidence }) => {
    if (nodeFile?.state !== 'present' || seen.has(nodeFile.realPath)) return [];
    seen.add(nodeFile.realPath);
    return [{ file: nodeFile, evidence }];
  });
}

function holdsKey({ nodeFile }: Material): boolean {
  return nodeFile?.state === 'present' && nodeFile.pem.privateKeys.length > 0;
}
