/**
 * Calico's selectors: `app == "web" && has(tier) || !all()`. Grammar: projectcalico/calico
 * libcalico-go/lib/selector (parser.go, tokenizer.go); `&&` binds closer than `||`.
 */
import type { Labels } from '../../../src/model/cluster.ts';

type Matcher = (labels: Labels) => boolean;

/** Longer than any selector that people write; bounds what a hostile one costs. */
const MAX_LENGTH = 4096;
const MAX_DEPTH = 50;

const TOKEN =
  /\s*(?:(&&|\|\||==|!=|!|\(|\)|\{|\}|,)|(not\s+in\b|in\b|contains\b|starts\s+with\b|ends\s+with\b)|(has|all|global)\s*\(|"([^"]*)"|'([^']*)'|([\w./-]+))/y;

type Token =
  | { readonly kind: 'sign' | 'word' | 'call' | 'name'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * What a selector selects; an empty one selects everything.
 * @returns undefined where it is none that Calico takes
 */
export function calicoSelector(text: string): Matcher | undefined {
  if (text.trim() === '') return () => true;
  const tokens = text.length > MAX_LENGTH ? undefined : tokensOf(text);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const found = parser.either(0);
  return parser.isDone ? found : undefined;
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  for (let at = 0; at < trimmed.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, sign, word, call, double, single, name] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word.replace(/\s+/, ' ') });
    else if (call !== undefined) tokens.push({ kind: 'call', text: call });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(depth: number): Matcher | undefined {
    return this.#joined(
      '||',
      () => this.#both(depth),
      (a, b) => (labels) => a(labels) || b(labels),
    );
  }

  #both(depth: number): Matcher | undefined {
    return this.#joined(
      '&&',
      () => this.#one(depth),
      (a, b) => (labels) => a(labels) && b(labels),
    );
  }

  #joined(
    sign: string,
    next: () => Matcher | undefined,
    join: (a: Matcher, b: Matcher) => Matcher,
  ): Matcher | undefined {
    let found = next();
    while (found !== undefined && this.#take('sign', sign)) {
      const other = next();
      found = other === undefined ? undefined : join(found, other);
    }
    return found;
  }

  #one(depth: number): Matcher | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.#take('sign', '!')) {
      const found = this.#one(depth + 1);
      return found === undefined ? undefined : (labels) => !found(labels);
    }
    if (this.#take('sign', '(')) {
      const found = this.either(depth + 1);
      return this.#take('sign', ')') ? found : undefined;
    }
    if (this.#take('call', 'all')) return this.#take('sign', ')') ? () => true : undefined;
    // It selects what is in no namespace, which no pod is.
    if (this.#take('call', 'global')) return this.#take('sign', ')') ? () => false : undefined;
    if (this.#take('call', 'has')) {
      const key = this.#next('name');
      return key !== undefined && this.#take('sign', ')') ? (labels) => labels.has(key) : undefined;
    }
    const key = this.#next('name');
    return key === undefined ? undefined : this.#comparison(key);
  }

  #comparison(key: string): Matcher | undefined {
    const token = this.#tokens[this.#at++];
    if (token?.text === 'in' || token?.text === 'not in') {
      const values = this.#set();
      if (values === undefined) return undefined;
      return token.text === 'in'
        ? (labels) => values.includes(labels.get(key) ?? '\0')
        : (labels) => !values.includes(labels.get(key) ?? '\0');
    }
    const value = this.#next('text');
    if (value === undefined) return undefined;
    switch (token?.text ?? '') {
      case '==':
        return (labels) => labels.get(key) === value;
      case '!=':
        return (labels) => labels.get(key) !== value;
      case 'contains':
        return (labels) => labels.get(key)?.includes(value) === true;
      case 'starts with':
        return (labels) => labels.get(key)?.startsWith(value) === true;
      case 'ends with':
        return (labels) => labels.get(key)?.endsWith(value) === true;
      default:
        return undefined;
    }
  }

  #set(): readonly string[] | undefined {
    if (!this.#take('sign', '{')) return undefined;
    const values: string[] = [];
    while (!this.#take('sign', '}')) {
      const value = this.#next('text');
      if (value === undefined) return undefined;
      values.push(value);
      this.#take('sign', ',');
    }
    return values;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #next(kind: Token['kind']): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at++;
    return token.text;
  }
}
