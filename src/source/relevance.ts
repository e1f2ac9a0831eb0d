/** Trees of a machine that hold no TLS configuration, and would only cost memory when a whole root is archived. */

/** A list of names is matched against consecutive path segments, anywhere, since a node may lie under a prefix. */
const IRRELEVANT: readonly (readonly string[])[] = [
  ['var', 'lib', 'etcd', 'member'],
  ['var', 'lib', 'containerd'],
  ['var', 'lib', 'docker'],
  ['var', 'lib', 'containers'],
  ['var', 'lib', 'kubelet', 'pods'],
  ['var', 'log'],
  ['var', 'cache'],
  ['agent', 'containerd'],
  ['usr', 'bin'],
  ['usr', 'sbin'],
  ['usr', 'include'],
  ['usr', 'libexec'],
  ['usr', 'src'],
  ['usr', 'local', 'bin'],
  ['lib', 'modules'],
  ['lib', 'firmware'],
];

/** Parents of which only the named children matter: unit files, and the trust store that /etc/ssl links into. */
const RELEVANT_CHILDREN: readonly { readonly parent: readonly string[]; readonly keep: readonly string[] }[] = [
  { parent: ['usr', 'lib'], keep: ['systemd'] },
  { parent: ['usr', 'share'], keep: ['ca-certificates'] },
];

/**
 * The irrelevant tree that a path lies below, or undefined. The tree's own directory does not count.
 * @param segments the path's names, top first
 */
export function irrelevantTree(segments: readonly string[]): string | undefined {
  for (let start = 0; start < segments.length; start++) {
    for (const tree of IRRELEVANT) {
      if (segments.length > start + tree.length && tree.every((name, index) => segments[start + index] === name)) {
        return tree.join('/');
      }
    }
    for (const { parent, keep } of RELEVANT_CHILDREN) {
      const child = segments[start + parent.length];
      if (
        child !== undefined &&
        !keep.includes(child) &&
        parent.every((name, index) => segments[start + index] === name)
      ) {
        return parent.join('/');
      }
    }
  }
  return undefined;
}

const TLS_NAME = /\.(?:crt|key|pem|pub|conf|ya?ml|json|kubeconfig|env|service)$/;

/** Whether a path is one that Kubernetes' TLS configuration may be read from, so that a device there is worth telling. */
export function looksRelevant(segments: readonly string[]): boolean {
  return (
    segments.some((name) => name === 'kubernetes' || name === 'manifests' || name === 'pki') ||
    TLS_NAME.test(segments.at(-1) ?? '')
  );
}
