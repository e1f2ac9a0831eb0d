/** Secrets that people write into addresses and flags, taken out of everything that is printed. */

const MASK = '***';

/** `//user:password@` and `//token@` of an address (RFC 3986 3.2.1): who is dialled stays, with what does not. */
const USER_INFO = /(\/\/)[^\s/?#@"',;]{1,1000}@/g;

/** Query parameters that carry a secret by their name. */
const SECRET_PARAMETER =
  /([?&](?:[\w.-]{0,40}(?:token|password|passwd|secret|api[_-]?key|signature))=)[^\s&#"',;]{1,4000}/gi;

/** What stands between the lines of a private key, and an HTTP credential. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;
const BEARER = /\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,4000}/g;

/** A JSON web token (RFC 7519), and a bootstrap token (kubernetes.io, bootstrap-tokens: `[a-z0-9]{6}.[a-z0-9]{16}`). */
const JWT = /\beyJ[A-Za-z0-9_-]{5,4000}\.[A-Za-z0-9_-]{5,4000}(?:\.[A-Za-z0-9_-]{0,4000})?/g;
const BOOTSTRAP_TOKEN = /\b([a-z0-9]{6})\.[a-z0-9]{16}\b/g;

/** Texts and what is left of them: a report says the same of a setting on every row that depends on it. */
const known = new Map<string, string>();

/** Bounds what is remembered: a report of one node has about a thousand texts. */
const MAX_KNOWN = 10_000;

/** Takes out of a text what would let somebody in. */
export function redact(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  const redacted = withoutSecrets(text);
  if (known.size < MAX_KNOWN) known.set(text, redacted);
  return redacted;
}

function withoutSecrets(text: string): string {
  let redacted = text;
  if (text.includes('//')) redacted = redacted.replace(USER_INFO, `$1${MASK}@`);
  if (text.includes('=')) redacted = redacted.replace(SECRET_PARAMETER, `$1${MASK}`);
  if (text.includes('PRIVATE KEY')) redacted = redacted.replace(PRIVATE_KEY, MASK);
  if (text.includes('earer ') || text.includes('asic ')) redacted = redacted.replace(BEARER, `$1 ${MASK}`);
  if (text.includes('eyJ')) redacted = redacted.replace(JWT, MASK);
  return text.includes('.') ? redacted.replace(BOOTSTRAP_TOKEN, `$1.${MASK}`) : redacted;
}

/** The same for every text in a plain object; what holds nothing to take out stays the same object. */
export function redactAll<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => redactAll(item));
    return items.every((item, index) => item === value[index]) ? value : (items as T);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [key, item, redactAll(item)] as const);
  return entries.every(([, before, after]) => before === after)
    ? value
    : (Object.fromEntries(entries.map(([key, , after]) => [key, after])) as T);
}
