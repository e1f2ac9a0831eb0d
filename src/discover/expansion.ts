/**
 * `$(VAR)` in a container's command, args and environment, by the kubelet's rules
 * (k8s.io/kubernetes third_party/forked/golang/expansion/expand.go).
 */

/** Linux' MAX_ARG_STRLEN: execve(2) refuses a longer word, so no running process has one. */
export const MAX_WORD_LENGTH = 128 * 1024;

/**
 * Expands `$(NAME)` where `lookup` knows the name. An unknown reference and an incomplete one stay as written; `$$`
 * is one `$`, so `$$(NAME)` is the text `$(NAME)`.
 * @returns undefined when the result is longer than {@link MAX_WORD_LENGTH}: values that refer to one another can
 * double at each step.
 */
export function expandReferences(text: string, lookup: (name: string) => string | undefined): string | undefined {
  let result = '';
  let copied = 0;
  let closersLeft = true;
  for (let at = text.indexOf('$'); at !== -1 && at + 1 < text.length; at = text.indexOf('$', at)) {
    result += text.slice(copied, at);
    const next = text[at + 1];
    const close = next === '(' && closersLeft ? text.indexOf(')', at + 2) : -1;
    if (next === '(' && close === -1) closersLeft = false;
    if (next === '$') {
      result += '$';
      at += 2;
    } else if (close !== -1) {
      const name = text.slice(at + 2, close);
      result += lookup(name) ?? `$(${name})`;
      at = close + 1;
    } else {
      result += `$${next ?? ''}`;
      at += 2;
    }
    copied = at;
    if (result.length > MAX_WORD_LENGTH) return undefined;
  }
  result += text.slice(copied);
  return result.length > MAX_WORD_LENGTH ? undefined : result;
}
