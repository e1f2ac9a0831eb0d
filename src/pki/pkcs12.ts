/**
 * The door to node-forge, which reads PKCS#12 (RFC 7292): no component of Kubernetes does, and people have certificates
 * in it all the same. Only the container is its business; certificates and keys go to our own readers. Loading it costs
 * more than starting Node, so nobody pays for it who has no such file.
 */
import type NodeForge from 'node-forge';
import type { asn1 as Asn1, util as Util } from 'node-forge';

/** What was taken out of the container, as DER. */
export type Pkcs12Result =
  | { readonly ok: true; readonly certificates: readonly Uint8Array[]; readonly keys: readonly Uint8Array[] }
  /** `password`: none that was tried opens it. `message`: a clause that follows the name of the file. */
  | { readonly ok: false; readonly reason: 'password' | 'unreadable'; readonly message: string };

/** PFX ::= SEQUENCE { version 3, SEQUENCE (authSafe) ... } of RFC 7292 section 4, in DER or BER. */
const PFX = /^30(?:80|[0-7].|81..|82....|83.{6}|84.{8})02010330/s;

/** Whether bytes begin as PKCS#12 does. */
export function isPkcs12(data: Uint8Array): boolean {
  return PFX.test(Buffer.from(data.subarray(0, 16)).toString('hex'));
}

type Forge = typeof NodeForge;
type Node = Asn1.Asn1;

/** More than any exporter in use asks for (600 000); a hostile file may not ask for hours. */
const MAX_ITERATIONS = 1_000_000;

/** More bags than any key store has. */
const MAX_BAGS = 1000;

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  pbes2: '1.2.840.113549.1.5.13',
} as const;

/**
 * Takes certificates and keys out of a PKCS#12 file.
 * @param passwords tried in order; the empty one stands for none as well
 */
export async function readPkcs12(data: Uint8Array, passwords: readonly string[]): Promise<Pkcs12Result> {
  const { default: forge } = await import('node-forge');
  const attempts = passwords.flatMap((password) => (password === '' ? ['', null] : [password]));
  let failure: Pkcs12Failure | undefined;
  for (const password of attempts) {
    try {
      return { ok: true, ...new Container(forge, password).read(data) };
    } catch (error) {
      const found = error instanceof Pkcs12Failure ? error : new Pkcs12Failure('unreadable', DAMAGED);
      // A wrong password shows as one or the other, a fault of the file always as the same.
      if (failure?.reason !== 'password') failure = found;
    }
  }
  const { reason, message } = failure ?? new Pkcs12Failure('unreadable', DAMAGED);
  return { ok: false, reason, message };
}

const DAMAGED = 'is PKCS#12, but is damaged or of a kind that is not read';

class Pkcs12Failure extends Error {
  readonly reason: 'password' | 'unreadable';

  constructor(reason: 'password' | 'unreadable', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** One attempt with one password. */
class Container {
  readonly #forge: Forge;
  readonly #password: string | null;
  readonly #certificates: Uint8Array[] = [];
  readonly #keys: Uint8Array[] = [];
  #bags = 0;

  constructor(forge: Forge, password: string | null) {
    this.#forge = forge;
    this.#password = password;
  }

  read(data: Uint8Array): { readonly certificates: readonly Uint8Array[]; readonly keys: readonly Uint8Array[] } {
    const [, authSafe, mac] = items(this.#parse(Buffer.from(data).toString('latin1')));
    const content = octets(only(item(authSafe, 1)));
    const isProved = mac !== undefined && this.#verifies(mac, content);
    if (mac !== undefined && !isProved) throw new Pkcs12Failure('password', LOCKED);
    for (const info of items(this.#parse(content))) this.#contentInfo(info, isProved);
    return { certificates: this.#certificates, keys: this.#keys };
  }

  /** MacData ::= SEQUENCE { mac DigestInfo, macSalt, iterations DEFAULT 1 }. */
  #verifies(mac: Node, content: string): boolean {
    const digestInfo = item(mac, 0);
    const digest = this.#digest(this.#oid(item(item(digestInfo, 0), 0)));
    const count = items(mac)[2];
    const iterations = count === undefined ? 1 : integer(count);
    bounded(iterations);
    const { hmac, pkcs12, util } = this.#forge;
    const salt = util.createBuffer(octets(item(mac, 1)));
    // The types do not know that the password may be missing, which is not the same as empty.
    const derive = pkcs12.generateKey as unknown as (...args: unknown[]) => { getBytes(): string };
    const key = derive(this.#password, salt, 3, iterations, digest.digestLength, digest);
    const made = hmac.create();
    made.start(digest, key.getBytes());
    made.update(content);
    return made.getMac().getBytes() === octets(item(digestInfo, 1));
  }

  #digest(oid: string) {
    const { md, pki } = this.#forge;
    const name = pki.oids[oid] ?? oid;
    if (name === 'sha1' || name === 'sha256' || name === 'sha384' || name === 'sha512') return md[name].create();
    throw new Pkcs12Failure('unreadable', `is PKCS#12 with a checksum (${name}) that is not read`);
  }

  #contentInfo(info: Node, isProved: boolean): void {
    const type = this.#oid(item(info, 0));
    const content = only(item(info, 1));
    if (type === OID.data) {
      this.#safeContents(octets(content), isProved);
    } else if (type === OID.encryptedData) {
      const [, algorithm, encrypted] = items(item(content, 1));
      if (algorithm === undefined || encrypted === undefined) throw new Pkcs12Failure('unreadable', DAMAGED);
      this.#safeContents(this.#decrypt(algorithm, octets(encrypted), isProved), isProved);
    } else {
      throw new Pkcs12Failure('unreadable', `is PKCS#12 with content (${type}) that is not read`);
    }
  }

  #safeContents(bytes: string, isProved: boolean): void {
    for (const bag of items(this.#parse(bytes))) {
      if (++this.#bags > MAX_BAGS)
        throw new Pkcs12Failure('unreadable', `is PKCS#12 with more than ${MAX_BAGS} entries`);
      const value = only(item(bag, 1));
      switch (this.#oid(item(bag, 0))) {
        case OID.keyBag:
          this.#keys.push(this.#der(value));
          break;
        case OID.shroudedKeyBag:
          this.#keys.push(bytesOf(this.#decrypt(item(value, 0), octets(item(value, 1)), isProved)));
          break;
        case OID.certBag:
          if (this.#oid(item(value, 0)) === OID.x509Certificate)
            this.#certificates.push(bytesOf(octets(only(item(value, 1)))));
          break;
        case OID.safeContentsBag:
          for (const inner of items(value)) this.#safeContents(this.#forge.asn1.toDer(inner).getBytes(), isProved);
          break;
        default:
          break;
      }
    }
  }

  #decrypt(algorithm: Node, data: string, isProved: boolean): string {
    const { util } = this.#forge;
    const oid = this.#oid(item(algorithm, 0));
    const parameters = item(algorithm, 1);
    bounded(largestInteger(parameters));
    // PBES2 takes bytes, for which everybody writes UTF-8; the older schemes take UTF-16 (RFC 7292 appendix B.1).
    const password = oid === OID.pbes2 && this.#password !== null ? util.encodeUtf8(this.#password) : this.#password;
    let cipher;
    try {
      const { pbe } = this.#forge.pki as unknown as { readonly pbe: Pbe };
      cipher = pbe.getCipher(oid, parameters, oid === OID.pbes2 ? (password ?? '') : password);
    } catch {
      throw new Pkcs12Failure('unreadable', `is PKCS#12 with encryption (${oid}) that is not read`);
    }
    cipher.update(util.createBuffer(data));
    if (!cipher.finish()) throw new Pkcs12Failure(isProved ? 'unreadable' : 'password', isProved ? DAMAGED : LOCKED);
    return cipher.output.getBytes();
  }

  #parse(bytes: string): Node {
    const { asn1, util } = this.#forge;
    return asn1.fromDer(util.createBuffer(bytes), PARSING as unknown as boolean);
  }

  #oid(node: Node): string {
    return this.#forge.asn1.derToOid(octets(node));
  }

  #der(node: Node): Uint8Array {
    return bytesOf(this.#forge.asn1.toDer(node).getBytes());
  }
}

/** Strict is to miss no byte; BER is taken all the same, since some exporters write it. The types know only `strict`. */
const PARSING = { strict: true, parseAllBytes: false, decodeBitStrings: false };

const LOCKED = 'is PKCS#12 under a password';

/** The part of node-forge that its types leave out (lib/pbe.js). */
interface Pbe {
  getCipher(oid: string, parameters: Node, password: string | null): Cipher;
}

interface Cipher {
  update(data: Util.ByteStringBuffer): void;
  finish(): boolean;
  readonly output: Util.ByteStringBuffer;
}

function items(node: Node | undefined): readonly Node[] {
  if (node === undefined || !Array.isArray(node.value)) throw new Pkcs12Failure('unreadable', DAMAGED);
  return node.value;
}

function item(node: Node | undefined, index: number): Node {
  const found = items(node)[index];
  if (found === undefined) throw new Pkcs12Failure('unreadable', DAMAGED);
  return found;
}

function only(node: Node): Node {
  return item(node, 0);
}

/** The content of a string, which BER may have in pieces. */
function octets(node: Node): string {
  return typeof node.value === 'string' ? node.value : node.value.map((piece) => octets(piece)).join('');
}

function integer(node: Node): number {
  return Number.parseInt(Buffer.from(octets(node), 'latin1').toString('hex') || '0', 16);
}

const INTEGER = 2;

function largestInteger(node: Node): number {
  if (Array.isArray(node.value)) return Math.max(0, ...node.value.map(largestInteger));
  return (node.type as number) === INTEGER ? integer(node) : 0;
}

function bounded(iterations: number): void {
  if (!(iterations >= 0 && iterations <= MAX_ITERATIONS))
    throw new Pkcs12Failure(
      'unreadable',
      `is PKCS#12 that asks for more than ${MAX_ITERATIONS} rounds, which only costs time`,
    );
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
