/** From settings and kubeconfigs to certificates, keys and trust bundles: what one end of a path shows the other. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { NodeFile } from '../../src/model/file.ts';
import type { KubeconfigMaterial } from '../../src/model/kubeconfig.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  AskedBy,
  Evidence,
  ExpectedName,
  KubeconfigUse,
  Material,
  PresentedCertificate,
  Rotation,
  Trust,
} from '../../src/model/path.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { component, evidence, isSet, known, list, text } from './access.ts';

/** The checks that ask when no more telling one does. */
export const GENERIC: AskedBy = {
  chain: 'pki-chain',
  key: 'pki-key-matches-cert',
  // Which name counts depends on who dials: each path has a check of its own.
  names: '',
  expiry: 'pki-expiry-tier',
};

/** A file by the path a component names it with, translated to the node. */
export function fileAt(node: NodeModel, component: Component | undefined, path: string): NodeFile {
  const translated = component === undefined ? { path } : component.nodePath(path);
  if ('notMounted' in translated) {
    return {
      state: 'unavailable',
      path,
      reason: 'not-mounted',
      message: `${path} is not mounted from the node into the container, so the input cannot show it`,
    };
  }
  const target = component?.danglingLinks?.get(path);
  if (component !== undefined && target !== undefined) {
    return {
      state: 'unavailable',
      path: translated.path,
      reason: 'missing',
      message: `${path} is a symbolic link that leads to ${target}, which is not mounted into the container of ${component.name}`,
      linkTarget: target,
    };
  }
  return (
    node.files.get(translated.path) ?? {
      state: 'unavailable',
      path: translated.path,
      reason: 'not-in-input',
      message: `${translated.path} is not in the input`,
    }
  );
}

/**
 * The file that a setting names; undefined when the setting is unset. Where the input does not show which file it is,
 * the material is one that nobody could read.
 */
export function settingMaterial(node: NodeModel, component: Component, name: string): Material | undefined {
  const set = known(() => isSet(component, name));
  if (set instanceof UnknownValue) return unknownMaterial(component, name, set);
  if (!set) return undefined;
  const nodeFile = fileAt(node, component, text(component, name));
  return { file: nodeFile.path, evidence: evidence(component, name), nodeFile, embedded: false };
}

function unknownMaterial(component: Component, name: string, { message }: UnknownValue): Material {
  const shown = evidence(component, name);
  return {
    file: shown.setting,
    evidence: shown,
    nodeFile: { state: 'unavailable', path: '', reason: 'not-in-input', message: message.replace(/\.$/, '') },
    embedded: false,
  };
}

/** The files that a repeatable setting names, in order. */
export function settingMaterials(node: NodeModel, component: Component, name: string): readonly Material[] {
  const files = known(() => list(component, name));
  if (files instanceof UnknownValue) return [unknownMaterial(component, name, files)];
  return files
    .filter((path) => path !== '')
    .map((path) => {
      const nodeFile = fileAt(node, component, path);
      return { file: nodeFile.path, evidence: evidence(component, name), nodeFile, embedded: false };
    });
}

/** What a certificate file sends, leaf first. */
export function chainOf(material: Material | undefined): readonly Certificate[] {
  return material?.nodeFile?.state === 'present' ? material.nodeFile.pem.chain : [];
}

/** Certificates that a CA pool takes of a file. */
export function certificatesOf(material: Material | undefined): readonly Certificate[] {
  return material?.nodeFile?.state === 'present' ? material.nodeFile.pem.certificates : [];
}

/** Every certificate of the input that is no CA in a kubeconfig, wherever it is. */
export function shownCertificates(node: NodeModel): readonly Certificate[] {
  return [
    ...[...node.files.values()].flatMap((file) => (file.state === 'present' ? file.pem.certificates : [])),
    ...[...node.kubeconfigs.values()].flatMap(({ user }) => user?.certificates ?? []),
  ];
}

/** Why a material's content is unknown; undefined when it is known. */
export function unavailable(material: Material | undefined): string | undefined {
  return material?.nodeFile?.state === 'unavailable' ? material.nodeFile.message : undefined;
}

/** The public half of the first private key in a file. */
function keySpki(material: Material | undefined): string | undefined {
  if (material?.nodeFile?.state !== 'present') return undefined;
  return material.nodeFile.pem.privateKeys[0]?.publicKey?.spkiSha256;
}

/** A CA bundle that a setting names, or what stands in its place when it is unset. */
export function bundleOf(
  node: NodeModel,
  component: Component,
  name: string,
  whenUnset: 'none' | 'system-roots',
): Trust {
  const material = settingMaterial(node, component, name);
  if (material === undefined) return { kind: whenUnset, evidence: evidence(component, name) };
  return { kind: 'bundle', material, roots: certificatesOf(material) };
}

export interface PairSettings {
  readonly certificate: string;
  readonly key: string;
}

export interface Presentation {
  readonly side: PresentedCertificate['side'];
  readonly role: string;
  readonly trust: Trust;
  readonly rotation?: Rotation;
  readonly expectedNames?: readonly ExpectedName[];
  readonly askedBy?: Partial<AskedBy>;
}

/** The certificate and key that two settings of a component name; undefined when the certificate is unset. */
export function presentedBySettings(
  node: NodeModel,
  component: Component,
  pair: PairSettings,
  presentation: Presentation,
): PresentedCertificate | undefined {
  const certificate = settingMaterial(node, component, pair.certificate);
  return certificate === undefined
    ? undefined
    : presentedByFiles(component.name, certificate, settingMaterial(node, component, pair.key), presentation);
}

/** The certificate in one file and the key in another, or in the same. */
export function presentedByFiles(
  owner: ComponentName,
  certificate: Material,
  key: Material | undefined,
  presentation: Presentation,
): PresentedCertificate {
  return {
    side: presentation.side,
    role: presentation.role,
    owner,
    certificate,
    chain: chainOf(certificate),
    key,
    keySpki: keySpki(key),
    rotation: presentation.rotation ?? 'manual',
    trust: presentation.trust,
    expectedNames: presentation.expectedNames ?? [],
    askedBy: { ...GENERIC, ...presentation.askedBy },
  };
}

/**
 * Stands for clients that no file of the node shows, by the bundle that judges them; none where nothing does.
 * @param setting what names the bundle
 */
export function unseenClients(owner: Component, setting: string, trust: Trust): readonly PresentedCertificate[] {
  if (trust.kind !== 'bundle') return [];
  return [
    {
      side: 'client',
      role: `certificates of clients of ${owner.name}`,
      owner: owner.name,
      certificate: { ...trust.material, evidence: evidence(owner, setting) },
      chain: [],
      key: undefined,
      keySpki: undefined,
      rotation: 'manual',
      trust,
      expectedNames: [],
      askedBy: { chain: '', key: '', names: '', expiry: '' },
    },
  ];
}

/** A kubeconfig that a setting names. */
export function kubeconfigOfSetting(
  node: NodeModel,
  component: Component,
  name: string,
  role: KubeconfigUse['role'],
): KubeconfigUse | undefined {
  const material = settingMaterial(node, component, name);
  if (material === undefined) return undefined;
  const use = kubeconfigUse(node, material.file, role, material.evidence);
  return use.kubeconfig === undefined ? { ...use, unavailable: unavailable(material) ?? use.unavailable } : use;
}

/** A kubeconfig known by its path alone, as admin.conf is. */
export function kubeconfigAt(node: NodeModel, file: string, role: KubeconfigUse['role']): KubeconfigUse {
  return kubeconfigUse(node, file, role, { setting: 'kubeconfig', value: file, origin: 'kubeconfig', file });
}

function kubeconfigUse(node: NodeModel, file: string, role: KubeconfigUse['role'], origin: Evidence): KubeconfigUse {
  const kubeconfig = node.kubeconfigs.get(file);
  const nodeFile = node.files.get(file);
  return {
    role,
    file,
    evidence: origin,
    kubeconfig,
    unavailable:
      kubeconfig !== undefined
        ? undefined
        : nodeFile?.state === 'unavailable'
          ? nodeFile.message
          : `${file} is not in the input, or is no kubeconfig`,
  };
}

/** Evidence for a field of a kubeconfig. */
export function kubeconfigEvidence(
  use: KubeconfigUse,
  field: string,
  value: Evidence['value'],
  line?: number,
): Evidence {
  return { setting: field, value, origin: 'kubeconfig', file: use.file, ...(line === undefined ? {} : { line }) };
}

function kubeconfigMaterial(
  node: NodeModel,
  use: KubeconfigUse,
  material: KubeconfigMaterial | undefined,
): Material | undefined {
  if (material === undefined) return undefined;
  const value = material.kind === 'embedded' ? 'embedded' : material.path;
  const shown = kubeconfigEvidence(use, material.field, value, material.line);
  if (material.kind === 'embedded') return { file: use.file, evidence: shown, nodeFile: undefined, embedded: true };
  // A component in a container sees the files that its kubeconfig names through its mounts.
  const owner = use.evidence.component === undefined ? undefined : component(node, use.evidence.component);
  const nodeFile = fileAt(node, owner, material.path);
  return { file: nodeFile.path, evidence: shown, nodeFile, embedded: false };
}

/** The client certificate of a kubeconfig and what it is sent with, leaf first, embedded or in a file. */
export type ClientCertificates =
  /** Empty when the user has none, or nothing that Kubernetes reads. */
  | { readonly kind: 'read'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'unread'; readonly material: Material };

/** What the client of a kubeconfig shows; whether the other end accepts it is no question here. */
export function clientCertificatesOf(node: NodeModel, use: KubeconfigUse): ClientCertificates {
  const user = use.kubeconfig?.user;
  const material = kubeconfigMaterial(node, use, user?.clientCertificate);
  if (user === undefined || material === undefined) return { kind: 'read', certificates: [] };
  if (material.embedded) return { kind: 'read', certificates: user.certificates };
  return unavailable(material) === undefined
    ? { kind: 'read', certificates: chainOf(material) }
    : { kind: 'unread', material };
}

/** What the client of a kubeconfig verifies the server with. */
export function trustOfKubeconfig(node: NodeModel, use: KubeconfigUse): Trust {
  const cluster = use.kubeconfig?.cluster;
  if (cluster === undefined) return { kind: 'unknown', message: use.unavailable ?? `${use.file} names no cluster` };
  if (cluster.insecureSkipTLSVerify) {
    return {
      kind: 'none',
      evidence: kubeconfigEvidence(use, 'insecure-skip-tls-verify', true, cluster.insecureLine),
    };
  }
  const material = kubeconfigMaterial(node, use, cluster.certificateAuthority);
  if (material === undefined) {
    return { kind: 'system-roots', evidence: kubeconfigEvidence(use, 'certificate-authority', null) };
  }
  return {
    kind: 'bundle',
    material,
    roots: material.embedded ? cluster.certificateAuthorities : certificatesOf(material),
  };
}

/** The client certificate of a kubeconfig; undefined when its user has none. */
export function presentedByKubeconfig(
  node: NodeModel,
  use: KubeconfigUse,
  owner: ComponentName | 'user',
  trust: Trust,
  rotation: Rotation = 'manual',
): PresentedCertificate | undefined {
  const user = use.kubeconfig?.user;
  const certificate = kubeconfigMaterial(node, use, user?.clientCertificate);
  if (user === undefined || certificate === undefined) return undefined;
  const key = kubeconfigMaterial(node, use, user.clientKey);
  return {
    side: 'client',
    role: `client certificate of ${use.file}`,
    owner,
    certificate,
    chain: certificate.embedded ? user.certificates : chainOf(certificate),
    key,
    keySpki: key?.embedded === true ? user.privateKey?.publicKey?.spkiSha256 : keySpki(key),
    rotation,
    trust,
    expectedNames: [],
    askedBy: {
      chain: 'kubeconfig-client-chain',
      key: 'kubeconfig-key-match',
      names: GENERIC.names,
      expiry: certificate.embedded ? 'kubeconfig-expiry' : GENERIC.expiry,
    },
  };
}

/** The name that a kubeconfig's client verifies in the server's certificate. */
export function nameDialledBy(use: KubeconfigUse): ExpectedName | undefined {
  const cluster = use.kubeconfig?.cluster;
  const name = cluster?.tlsServerName ?? cluster?.host;
  if (cluster === undefined || name === undefined || name === '') return undefined;
  const field = cluster.tlsServerName === undefined ? 'server' : 'tls-server-name';
  const value = cluster.tlsServerName ?? cluster.server ?? null;
  return {
    name,
    because: `${field} of ${use.file}`,
    evidence: kubeconfigEvidence(use, field, value, cluster.serverLine),
  };
}
