/** What the files have to be: readable by Go, and by nobody else. */
import type { Check, CheckContext } from '../../../src/model/path.ts';
import { parseFault } from '../../../src/pki/chain.ts';
import { goSource } from '../references.ts';
import { fail, pass } from '../result.ts';
import { goLine, presentedOn } from '../verdict.ts';
import { certificateEvidence, located } from '../words.ts';
import { certificatesOnPath, distinct, materialsOf, pemProblems, unreadOf } from './walk.ts';

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
    const unread = facts.presented
      .flatMap(materialsOf)
      .flatMap((material) =>
        pemProblems(material, facts).map((problem) =>
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
  remediation: "`chmod 0600` the key file and `chown root:root` it (etcd's own user where etcd does not run as root).",
  references: [
    { id: 'CIS-1.12 1.1.21', url: 'https://www.cisecurity.org/benchmark/kubernetes' },
    { id: 'STIG CNTR-K8-003340', url: 'https://public.cyber.mil/stigs/' },
  ],
  notApplicable: (context) =>
    keyFiles(context).some(({ mode }) => mode !== undefined)
      ? undefined
      : 'The input does not keep the file modes of the node, or holds no private key of this path.',
  evaluate: (context) => {
    const findings = keyFiles(context).flatMap(({ mode, file, evidence }) =>
      mode !== undefined && (mode & 0o077) !== 0
        ? fail(
            `The private key ${file} has mode ${octal(mode)}: ${(mode & 0o007) !== 0 ? 'every user of the node' : 'its group'} can ${(mode & 0o044) !== 0 ? 'read' : 'change'} it.`,
            [evidence],
            {
              headline: `private key mode ${octal(mode)}`,
            },
          )
        : [],
    );
    return findings.length > 0 ? findings : pass('Nobody but their owner reads the private keys of this path.');
  },
};

/** `0600`. */
function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function keyFiles(context: CheckContext) {
  const seen = new Set<string>();
  const presented = presentedOn(context).flatMap(({ key: material }) => material ?? []);
  return [...presented, ...(context.facts.privateKeys ?? [])].flatMap((material) => {
    const file = material.nodeFile;
    if (file?.state !== 'present' || seen.has(file.realPath)) return [];
    seen.add(file.realPath);
    return [{ mode: file.mode, file: file.path, evidence: material.evidence }];
  });
}
