/** Where nodes have a certificate or a key that the user named. */
import type { Certificate } from '../model/certificate.ts';
import type { CertsUse } from '../model/certs-report.ts';
import type { ExpiryReport } from '../model/expiry-report.ts';
import type { NodeModel } from '../model/node.ts';
import type { SettingValue } from '../model/setting.ts';
import { formatTime } from '../text/date.ts';
import { certificatesOf } from './node-certificates.ts';

interface NodeCertificate {
  readonly node: string;
  readonly certificate: Certificate;
  readonly use: ExpiryReport['certificates'][number] | undefined;
}

interface NodeKey {
  readonly node: string;
  readonly file: string;
  readonly kind: 'key' | 'public-key';
  readonly roles: readonly string[];
}

/** The certificates and keys of nodes, by what makes two of them the same. */
export class NodeUses {
  readonly #bySha256 = new Map<string, NodeCertificate[]>();
  readonly #byKey = new Map<string, NodeCertificate[]>();
  readonly #byName = new Map<string, NodeCertificate[]>();
  readonly #keys = new Map<string, NodeKey[]>();

  /** @param inUse what `kubetls expiry` knows of the nodes' certificates */
  constructor(nodes: readonly NodeModel[], inUse: ExpiryReport['certificates']) {
    const uses = new Map(inUse.map((one) => [keyOf(one.node, one.file, one.sha256), one] as const));
    for (const node of nodes) {
      for (const certificate of certificatesOf(node)) {
        const use = uses.get(keyOf(node.name, certificate.position.file, certificate.sha256));
        const entry = { node: node.name, certificate, use };
        append(this.#bySha256, certificate.sha256, entry);
        append(this.#byKey, certificate.publicKey.spkiSha256, entry);
        append(this.#byName, nameOf(certificate), entry);
      }
      for (const [spki, key] of keysOf(node)) append(this.#keys, spki, key);
    }
  }

  /** Where a certificate, its key, or another one in its place is. */
  ofCertificate(certificate: Certificate): readonly CertsUse[] {
    const { sha256, publicKey } = certificate;
    const same = this.#bySha256.get(sha256) ?? [];
    const others = (found: readonly NodeCertificate[] | undefined): readonly NodeCertificate[] =>
      (found ?? []).filter((one) => one.certificate.sha256 !== sha256);
    const sameKey = others(this.#byKey.get(publicKey.spkiSha256));
    // What is renewed keeps its name; etcd's serving and peer certificates have one name too, so only where it is not there itself.
    const replaced = same.length > 0 || sameKey.length > 0 ? [] : others(this.#byName.get(nameOf(certificate)));
    return unique([
      ...same.map((one) => useOf(one, 'same')),
      ...sameKey.map((one) => useOf(one, 'same-key')),
      ...replaced.filter(({ use }) => use !== undefined).map((one) => useOf(one, 'replaced')),
      ...this.#ofKey(publicKey.spkiSha256, 'key'),
    ]);
  }

  /** The node whose kubelet renews this certificate in time, as far as the node shows; undefined where none does. */
  kubeletOf({ sha256 }: Certificate): string | undefined {
    const found = this.#bySha256.get(sha256) ?? [];
    return found.find(({ use }) => use?.renewal.by === 'kubelet' && use.status === 'pass')?.node;
  }

  /** Where a key is, and the certificates that hold it. */
  ofKey(spkiSha256: string): readonly CertsUse[] {
    return unique([
      ...(this.#byKey.get(spkiSha256) ?? []).map((one) => useOf(one, 'same-key')),
      ...this.#ofKey(spkiSha256, 'key'),
      ...this.#ofKey(spkiSha256, 'public-key'),
    ]);
  }

  #ofKey(spkiSha256: string, kind: NodeKey['kind']): readonly CertsUse[] {
    return (this.#keys.get(spkiSha256) ?? [])
      .filter((key) => key.kind === kind)
      .map((key) => ({ ...key, paths: [], notAfter: null }));
  }
}

function useOf({ node, certificate, use }: NodeCertificate, kind: CertsUse['kind']): CertsUse {
  return {
    node,
    file: certificate.position.file,
    kind,
    roles: use?.roles ?? [],
    paths: use?.paths ?? [],
    notAfter: kind === 'same' ? null : formatTime(certificate.notAfter),
  };
}

function* keysOf(node: NodeModel): Generator<readonly [spki: string, key: NodeKey]> {
  const entry = (file: string, kind: NodeKey['kind']): NodeKey => ({
    node: node.name,
    file,
    kind,
    roles: settingsNaming(node, file),
  });
  for (const [path, file] of node.files) {
    if (file.state !== 'present') continue;
    for (const { publicKey } of file.pem.privateKeys)
      if (publicKey !== undefined) yield [publicKey.spkiSha256, entry(path, 'key')];
    for (const { spkiSha256 } of file.pem.publicKeys) yield [spkiSha256, entry(path, 'public-key')];
  }
  for (const [path, { user }] of node.kubeconfigs) {
    const spki = user?.privateKey?.publicKey?.spkiSha256;
    if (spki !== undefined) yield [spki, entry(path, 'key')];
  }
}

/** `kube-apiserver --service-account-signing-key-file`: who is told to use a file of the node. */
function settingsNaming(node: NodeModel, file: string): readonly string[] {
  return [...node.components.values()].flatMap((component) =>
    [...component.settings.values()].flatMap(({ value, label }) =>
      textsOf(value).some((text) => {
        const seen = text.startsWith('/') ? component.nodePath(text) : undefined;
        return seen !== undefined && 'path' in seen && seen.path === file;
      })
        ? [`${component.name} ${label}`]
        : [],
    ),
  );
}

function textsOf(value: SettingValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
}

function unique(uses: readonly CertsUse[]): readonly CertsUse[] {
  return [...new Map(uses.map((one) => [`${one.node} ${one.file} ${one.kind}`, one])).values()];
}

function keyOf(node: string, file: string, sha256: string): string {
  return `${node} ${file} ${sha256}`;
}

function nameOf({ subjectDer, issuerDer }: Certificate): string {
  return `${subjectDer} ${issuerDer}`;
}
