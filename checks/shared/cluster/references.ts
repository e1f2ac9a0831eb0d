/** Pages and sources of the projects that carry and protect the traffic of a cluster. */
import type { Reference } from '../../../src/model/path.ts';

/** A page of istio.io, by its path under /latest/docs/. */
export function istioDocs(path: string): Reference {
  return { id: `istio.io ${last(path)}`, url: `https://istio.io/latest/docs/${path}` };
}

/** A page of linkerd.io, by its path under /2/. */
export function linkerdDocs(path: string): Reference {
  return { id: `linkerd.io ${last(path)}`, url: `https://linkerd.io/2/${path}` };
}

/** A page of Calico's documentation, by its path under /calico/latest/. */
export function calicoDocs(path: string): Reference {
  return { id: `docs.tigera.io ${last(path)}`, url: `https://docs.tigera.io/calico/latest/${path}` };
}

/** A page of Cilium's documentation. */
export function ciliumDocs(path: string): Reference {
  return { id: `docs.cilium.io ${last(path)}`, url: `https://docs.cilium.io/en/stable/${path}` };
}

/** A file of a project on GitHub, on its main branch. */
export function sourceOf(repository: string, path: string, branch = 'main'): Reference {
  return { id: `${repository} ${last(path)}`, url: `https://github.com/${repository}/blob/${branch}/${path}` };
}

function last(path: string): string {
  return path.split('/').filter(Boolean).at(-1) ?? path;
}
