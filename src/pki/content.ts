/** A file or embedded text with certificates and keys: bytes to {@link PemContent}. */
import type {
  Certificate,
  PemContent,
  PemProblem,
  PrivateKey,
  PublicKey,
  RevocationList,
} from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { readCertificate } from './certificate.ts';
import { readRevocationList } from './crl.ts';
import { isPrivateKeyType, readPrivateKey, readPublicKey } from './key.ts';
import { splitPem } from './pem.ts';
import type { PemBlock } from './pem.ts';
import { subjectByLenientReader } from './peculiar.ts';

/** Of a file that holds nothing, or that was not looked into. */
export const NO_CONTENT: PemContent = {
  certificates: [],
  chain: [],
  privateKeys: [],
  publicKeys: [],
  revocationLists: [],
  problems: [],
};

/**
 * Reads everything in a PEM text that decides TLS. Never throws for what the input holds.
 * @param data the whole file, or the decoded `*-data` of a kubeconfig
 * @param position the file; with a line, that line is everybody's, since the text is embedded there in another encoding
 *
 * Asynchronous because a certificate that Go does not read is shown to a second reader, which is loaded only then.
 */
export async function readPem(data: Uint8Array, position: Position): Promise<PemContent> {
  const { blocks, problems: splitProblems } = splitPem(data);
  const placed = (line: number | undefined): Position => ({
    file: position.file,
    ...(position.line !== undefined ? { line: position.line } : line === undefined ? {} : { line }),
  });
  const certificates: Certificate[] = [];
  const chain: Certificate[] = [];
  let count = 0;
  const privateKeys: PrivateKey[] = [];
  const publicKeys: PublicKey[] = [];
  const problems: PemProblem[] = splitProblems.map((problem) => ({ ...problem, ...placed(problem.line) }));
  const revocationLists: RevocationList[] = [];

  for (const block of blocks) {
    const at = placed(block.line);
    if (block.type === 'CERTIFICATE') {
      if (block.headers.size > 0) {
        problems.push({
          ...at,
          code: 'headers',
          message:
            'the certificate has headers inside its PEM block, so Kubernetes passes over it in a CA bundle; remove the lines between BEGIN and the base64',
        });
      }
      const read = readCertificate(block.bytes, at, count++);
      if (read.ok) {
        chain.push(read.certificate);
        if (block.headers.size === 0) certificates.push(read.certificate);
      } else {
        const subject = await subjectByLenientReader(block.bytes);
        const other = subject === undefined ? '' : ` (other programs may read it as the certificate of ${subject})`;
        problems.push({
          ...at,
          code: 'unparsable-certificate',
          message: `the block BEGIN CERTIFICATE holds no certificate that Kubernetes reads: ${read.message}${other}; copy it again from where it was issued`,
        });
      }
    } else if (isPrivateKeyType(block.type)) {
      const key = readPrivateKey(block, at);
      privateKeys.push(key);
      if (key.problem !== undefined) problems.push({ ...at, code: 'unparsable-key', message: key.problem });
    } else if (block.type === 'X509 CRL') {
      const list = readRevocationList(block.bytes, 'PEM');
      if (list !== undefined) revocationLists.push(list);
    } else {
      const publicKey = readPublicKey(block);
      if (publicKey === undefined) problems.push(...otherBlock(block, at));
      else if ('key' in publicKey) publicKeys.push(publicKey.key);
      else problems.push({ ...at, code: 'unparsable-key', message: publicKey.problem });
    }
  }
  if (blocks.length === 0 && problems.length === 0) {
    const list = readRevocationList(data, 'DER');
    if (list !== undefined) revocationLists.push(list);
    problems.push(withoutBlocks(data, placed(undefined)));
  }
  return {
    certificates,
    chain: chain[0]?.index === 0 ? chain : [],
    privateKeys,
    publicKeys,
    revocationLists,
    problems,
  };
}

/** OpenSSL's own labels of certificates, which Go takes for something else. Any other block is nobody's concern here. */
function otherBlock(block: PemBlock, at: Position): readonly PemProblem[] {
  if (block.type !== 'TRUSTED CERTIFICATE' && block.type !== 'X509 CERTIFICATE') return [];
  return [
    {
      ...at,
      code: 'trusted-certificate',
      message: `the block is of the type ${block.type}, which OpenSSL reads and Kubernetes passes over; write it as CERTIFICATE (openssl x509 -in FILE -out FILE)`,
    },
  ];
}

function withoutBlocks(data: Uint8Array, at: Position): PemProblem {
  if (looksLikeDer(data)) {
    return {
      ...at,
      code: 'der-not-pem',
      message:
        'the file is in DER (binary), which Kubernetes does not read; convert it to PEM (openssl x509 -inform DER, openssl pkey -inform DER)',
    };
  }
  return {
    ...at,
    code: 'text-only',
    message: data.length === 0 ? 'the file is empty' : 'the file has no PEM block, so Kubernetes reads nothing from it',
  };
}

/** A SEQUENCE whose length is that of the file. */
function looksLikeDer(data: Uint8Array): boolean {
  const [tag, length = 0, high = 0, low = 0] = data;
  if (tag !== 0x30) return false;
  if (length < 0x80) return data.length === 2 + length;
  if (length === 0x81) return data.length === 3 + high;
  return length === 0x82 && data.length === 4 + high * 256 + low;
}
