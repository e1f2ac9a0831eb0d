/** A file that the user named, whatever it is: bytes to {@link NamedFile}. */
import type { PemContent } from '../model/certificate.ts';
import type { KubeconfigCluster, KubeconfigMaterial, KubeconfigUser } from '../model/kubeconfig.ts';
import type { FileRemark, NamedFile, NamedFileFormat, Slot } from '../model/named-file.ts';
import type { Position } from '../model/setting.ts';
import { readYaml } from '../text/yaml.ts';
import type { YamlDocument } from '../text/yaml.ts';
import { readCertificate } from './certificate.ts';
import { NO_CONTENT, readPem } from './content.ts';
import { looksLikeDer, readDer, readDerKey } from './der-file.ts';
import { isPrivateKeyType } from './key.ts';
import { isKubeconfig, readKubeconfigEntries } from './kubeconfig.ts';
import { objectValues } from './objects.ts';
import type { ObjectValue } from './objects.ts';
import { splitPem } from './pem.ts';
import { isPkcs12, readPkcs12 } from './pkcs12.ts';

/**
 * Reads certificates and keys out of PEM, DER, PKCS#12, a kubeconfig, Secrets or ConfigMaps, told by what the bytes are.
 * Never throws for what they hold.
 * @param name as the user wrote it; it stands for the file in every position
 * @param passwords for PKCS#12, tried in order
 */
export async function readNamed(data: Uint8Array, name: string, passwords: readonly string[]): Promise<NamedFile> {
  const document = documentsOf(data);
  if (document !== undefined) {
    if (!document.ok) return { name, format: 'other', slots: [], remarks: [document.fault] };
    const [first] = document.documents;
    if (first !== undefined && isKubeconfig(first.value)) {
      return { name, format: 'kubeconfig', ...(await kubeconfig(first, { file: name }, '', name)) };
    }
    const objects = await kubernetesObjects(document.documents, name, passwords);
    if (objects !== undefined) return { name, format: 'Kubernetes objects', ...objects };
  }
  const read = await readBytes(data, { file: name }, passwords);
  return {
    name,
    format: read.format,
    slots: isNothing(read.content) ? [] : [{ where: '', group: stemOf(name), part: 'any', content: read.content }],
    remarks: read.remarks,
    ...(read.locked === undefined ? {} : { locked: read.locked }),
  };
}

/** Fields that only Kubernetes' own files have; PEM is not parsed as YAML in vain. */
const LIKE_OBJECT = /(?:^|[{,])\s{0,40}["']?(?:kind|clusters|contexts)["']?[ \t]{0,20}:/m;

type Documents =
  | { readonly ok: true; readonly documents: readonly YamlDocument[] }
  | { readonly ok: false; readonly fault: FileRemark };

/** The documents of a text that looks like an object of Kubernetes; undefined for anything else. */
function documentsOf(data: Uint8Array): Documents | undefined {
  if (looksLikeDer(data) && data.includes(0)) return undefined;
  const text = new TextDecoder().decode(data);
  if (!LIKE_OBJECT.test(text)) return undefined;
  const yaml = readYaml(text);
  if (yaml.ok) return yaml;
  const { message, line } = yaml;
  return {
    ok: false,
    fault: { kind: 'fault', message: `not YAML or JSON: ${message}`, ...(line === undefined ? {} : { line }) },
  };
}

interface ReadBytes {
  readonly format: NamedFileFormat;
  readonly content: PemContent;
  readonly remarks: readonly FileRemark[];
  readonly locked?: string;
}

/** What is in a file or a value by itself. */
async function readBytes(data: Uint8Array, position: Position, passwords: readonly string[]): Promise<ReadBytes> {
  if (isPkcs12(data)) return await pkcs12(data, position, passwords);
  if (looksLikeDer(data)) {
    const content = readDer(data, position);
    if (content !== undefined) return { format: 'DER', content, remarks: [derRemark(content)] };
  }
  const content = await readPem(data, position);
  const isText = content.problems.every(({ code }) => code === 'text-only');
  return {
    format: isNothing(content) || (isText && content.problems.length > 0) ? 'other' : 'PEM',
    content: isText ? { ...content, problems: [] } : content,
    remarks: otherBlocks(data),
  };
}

function derRemark({ certificates, revocationLists }: PemContent): FileRemark {
  const command = certificates.length > 0 ? 'x509' : revocationLists.length > 0 ? 'crl' : 'pkey';
  return {
    kind: 'fault',
    message: `it is in DER (binary), which Kubernetes does not read; convert it to PEM (openssl ${command} -inform DER -in FILE -out FILE.pem)`,
  };
}

async function pkcs12(data: Uint8Array, position: Position, passwords: readonly string[]): Promise<ReadBytes> {
  const read = await readPkcs12(data, passwords);
  if (!read.ok) {
    return {
      format: 'PKCS#12',
      content: NO_CONTENT,
      remarks: [],
      locked:
        read.reason === 'password'
          ? `${read.message}, and ${passwords.some((one) => one !== '') ? 'that of --password-file does not open it' : 'the empty one does not open it: give it with --password-file FILE'}`
          : read.message,
    };
  }
  const certificates = read.certificates.map((der, index) => readCertificate(der, position, index));
  return {
    format: 'PKCS#12',
    content: {
      ...NO_CONTENT,
      certificates: certificates.flatMap((one) => (one.ok ? [one.certificate] : [])),
      privateKeys: read.keys.map((der) => readDerKey(der, position)),
    },
    remarks: [
      {
        kind: 'fault',
        message:
          'it is PKCS#12, which no component of Kubernetes reads; convert it to PEM (openssl pkcs12 -in FILE -nodes -out FILE.pem)',
      },
      ...certificates.flatMap((one): readonly FileRemark[] =>
        one.ok ? [] : [{ kind: 'fault', message: `a certificate in it is none that Kubernetes reads: ${one.message}` }],
      ),
    ],
  };
}

/** What each of OpenSSL's other blocks is. */
const BLOCKS: ReadonlyMap<string, string> = new Map([
  ['CERTIFICATE REQUEST', 'a request for a certificate, which nobody has signed'],
  ['NEW CERTIFICATE REQUEST', 'a request for a certificate, which nobody has signed'],
  ['EC PARAMETERS', 'the name of a curve, which Kubernetes passes over'],
  ['DH PARAMETERS', 'Diffie-Hellman parameters, which Kubernetes passes over'],
]);

/** Types that the reader of PEM looks at. */
const READ = new Set([
  'CERTIFICATE',
  'PUBLIC KEY',
  'RSA PUBLIC KEY',
  'X509 CRL',
  'TRUSTED CERTIFICATE',
  'X509 CERTIFICATE',
]);

function otherBlocks(data: Uint8Array): readonly FileRemark[] {
  const seen = new Map<string, number>();
  for (const { type, line } of splitPem(data).blocks) {
    if (!READ.has(type) && !isPrivateKeyType(type) && !seen.has(type)) seen.set(type, line);
  }
  return [...seen].slice(0, MAX_REMARKS).map(([type, line]) => ({
    kind: 'note',
    message: `BEGIN ${type} is ${BLOCKS.get(type) ?? 'neither certificate nor key'}`,
    line,
  }));
}

const MAX_REMARKS = 20;

function isNothing({ certificates, privateKeys, publicKeys, revocationLists, problems }: PemContent): boolean {
  return (
    [certificates, privateKeys, publicKeys, revocationLists].every(({ length }) => length === 0) &&
    problems.every(({ code }) => code === 'text-only')
  );
}

interface Parts {
  readonly slots: readonly Slot[];
  readonly remarks: readonly FileRemark[];
}

/** @param suffix what follows the name of a field in {@link Slot.where}, for a kubeconfig inside something else */
async function kubeconfig(document: YamlDocument, { file }: Position, suffix: string, group: string): Promise<Parts> {
  const { currentContext, contexts, clusters, users, pemProblems, problems } = await readKubeconfigEntries(
    document,
    file,
  );
  const slots = [
    ...users.flatMap((user) => userSlots(user, suffix, group)),
    ...clusters.flatMap((cluster) => clusterSlots(cluster, suffix, group)),
  ];
  const servers = new Map(clusters.map(({ name, server }) => [name, server] as const));
  return {
    slots,
    remarks: [
      ...contexts.slice(0, MAX_REMARKS).map(({ name, cluster, user }): FileRemark => ({
        kind: 'note',
        message: `context ${name}${name === currentContext ? ' (current)' : ''}: user ${user} at ${servers.get(cluster) ?? 'no server'}`,
      })),
      ...users.flatMap((user) => userRemarks(user)),
      ...clusters.flatMap((cluster) => clusterRemarks(cluster)),
      ...[...problems, ...pemProblems].map(({ message, line }): FileRemark => ({
        kind: 'fault',
        message,
        ...(line === undefined ? {} : { line }),
      })),
    ],
  };
}

function userSlots(user: KubeconfigUser, suffix: string, group: string): readonly Slot[] {
  const { name, certificates, privateKey } = user;
  const shared = { group: `${group} user ${name}`, user: name };
  const slot = (part: 'certificate' | 'key', content: Partial<PemContent>): Slot => ({
    ...shared,
    where: `client-${part}-data of user ${name}${suffix}`,
    part,
    content: { ...NO_CONTENT, ...content },
  });
  return [
    ...(certificates.length === 0 ? [] : [slot('certificate', { certificates })]),
    ...(privateKey === undefined ? [] : [slot('key', { privateKeys: [privateKey] })]),
  ];
}

function clusterSlots(
  { name, certificateAuthorities }: KubeconfigCluster,
  suffix: string,
  group: string,
): readonly Slot[] {
  if (certificateAuthorities.length === 0) return [];
  return [
    {
      where: `certificate-authority-data of cluster ${name}${suffix}`,
      group: `${group} cluster ${name}`,
      part: 'authority',
      content: { ...NO_CONTENT, certificates: certificateAuthorities },
    },
  ];
}

/** How a user is known where it holds no certificate, or not in the file. */
function userRemarks(user: KubeconfigUser): readonly FileRemark[] {
  const { name, clientCertificate, clientKey } = user;
  const ways = [
    ...(user.hasToken ? ['a token'] : []),
    ...(user.tokenFile === undefined ? [] : [`the token in ${user.tokenFile}`]),
    ...(user.hasBasicAuth ? ['a password, which Kubernetes does not take since 1.19'] : []),
    ...(user.hasExec ? ['a program that it runs'] : []),
    ...(user.hasAuthProvider ? ['an auth provider'] : []),
  ];
  return [
    ...fileRemarks([clientCertificate, clientKey], `of user ${name}`),
    ...(ways.length === 0 ? [] : [{ kind: 'note' as const, message: `user ${name} is known by ${ways.join(', ')}` }]),
  ];
}

function clusterRemarks({
  name,
  certificateAuthority,
  insecureSkipTLSVerify,
  insecureLine,
}: KubeconfigCluster): readonly FileRemark[] {
  return [
    ...fileRemarks([certificateAuthority], `of cluster ${name}`),
    ...(insecureSkipTLSVerify
      ? [
          {
            kind: 'note' as const,
            message: `insecure-skip-tls-verify of cluster ${name}: whoever answers is taken for the API server`,
            ...(insecureLine === undefined ? {} : { line: insecureLine }),
          },
        ]
      : []),
  ];
}

/** Material that a kubeconfig names by its path: that path is the node's, and not looked for here. */
function fileRemarks(materials: readonly (KubeconfigMaterial | undefined)[], whose: string): readonly FileRemark[] {
  const fields = new Map<string, string[]>();
  for (const material of materials) {
    if (material?.kind === 'file') fields.set(material.path, [...(fields.get(material.path) ?? []), material.field]);
  }
  return [...fields].map(([path, names]) => ({
    kind: 'note',
    message: `${names.join(' and ')} ${whose}: the file ${path}, which is read if you name it as well`,
  }));
}

/** Undefined where the documents hold no Secret and no ConfigMap. */
async function kubernetesObjects(
  documents: readonly YamlDocument[],
  file: string,
  passwords: readonly string[],
): Promise<(Parts & { readonly locked?: string }) | undefined> {
  const { objects, values, remarks } = objectValues(documents);
  if (objects === 0) return undefined;
  const slots: Slot[] = [];
  const found: FileRemark[] = [...remarks];
  for (const value of values) {
    const parts = await objectValue(value, file, passwords);
    slots.push(...parts.slots);
    found.push(...parts.remarks);
  }
  return { slots, remarks: found };
}

/** A value of a Secret or ConfigMap; one that holds nothing of the kind is nobody's concern. */
async function objectValue(value: ObjectValue, file: string, passwords: readonly string[]): Promise<Parts> {
  const { object, key, line, data } = value;
  const where = `${key} of ${object}`;
  const position = { file, ...(line === undefined ? {} : { line }) };
  const document = documentsOf(data);
  const [first] = document?.ok === true ? document.documents : [];
  if (first !== undefined && isKubeconfig(first.value)) return await kubeconfig(first, position, ` in ${where}`, where);
  const read = await readBytes(data, position, passwords);
  const isKeyOfTLS = key === 'tls.crt' || key === 'tls.key';
  if (isNothing(read.content)) {
    const message = read.locked ?? (isKeyOfTLS ? 'holds no PEM block, so nobody can use it' : undefined);
    return message === undefined
      ? NO_PARTS
      : {
          slots: [],
          remarks: [
            {
              kind: isKeyOfTLS ? 'fault' : 'note',
              message: `${where} ${message}`,
              ...(line === undefined ? {} : { line }),
            },
          ],
        };
  }
  return {
    slots: [{ where, group: `${object} ${stemOf(key)}`, part: partOf(key), content: read.content }],
    // A key store for Java beside the PEM is no fault of the Secret.
    remarks: read.remarks.map((one) => ({
      ...one,
      kind: isKeyOfTLS ? one.kind : 'note',
      message: `${where}: ${one.message}`,
    })),
  };
}

const NO_PARTS: Parts = { slots: [], remarks: [] };

function partOf(key: string): Slot['part'] {
  if (key === 'tls.crt') return 'certificate';
  if (key === 'tls.key') return 'key';
  return key === 'ca.crt' ? 'authority' : 'any';
}

/** `apiserver` for `apiserver.crt` and `apiserver.key`, `admin` for `admin-key.pem`: what a pair of files has in common. */
function stemOf(name: string): string {
  return name.replace(/(?:-key)?\.pem$|\.(?:crt|cert|cer|key|pub|der)$/, '');
}
