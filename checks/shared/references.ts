/** References as the report prints them, each with a public address. */
import type { Reference } from '../../src/model/path.ts';

/** A control of the CIS Kubernetes Benchmark; the ids are those of v1.12 unless `version` says otherwise. */
export function cis(control: string, version = '1.12'): Reference {
  return { id: `CIS-${version} ${control}`, url: 'https://www.cisecurity.org/benchmark/kubernetes' };
}

/** A rule of the DISA Kubernetes STIG, `CNTR-K8-001400`. */
export function stig(rule: string): Reference {
  return { id: `STIG ${rule}`, url: 'https://public.cyber.mil/stigs/' };
}

/** A page of kubernetes.io about releases. */
export function kubernetesReleases(page: string): Reference {
  return { id: `kubernetes.io ${page}`, url: `https://kubernetes.io/releases/${page}/` };
}

/** A page of kubernetes.io, by its path under /docs/. */
export function kubernetesDocs(path: string): Reference {
  return {
    id: `kubernetes.io ${path.split('/').filter(Boolean).at(-1) ?? path}`,
    url: `https://kubernetes.io/docs/${path}`,
  };
}

/** A file of kubernetes/kubernetes (staging modules included) at a release. */
export function kubernetesSource(path: string, version = '1.36.0'): Reference {
  return {
    id: `kubernetes ${path.split('/').at(-1) ?? path}`,
    url: `https://github.com/kubernetes/kubernetes/blob/v${version}/${path}`,
  };
}

/** An issue or pull request on GitHub, `kubernetes/kubernetes#86552`. */
export function github(reference: string): Reference {
  const [repository = '', number = ''] = reference.split('#');
  return { id: reference, url: `https://github.com/${repository}/issues/${number}` };
}

/** A page of etcd.io, by its path under /docs/. */
export function etcdDocs(path: string): Reference {
  return { id: `etcd.io ${path.split('/').filter(Boolean).at(-1) ?? path}`, url: `https://etcd.io/docs/${path}` };
}

/** A file of etcd-io/etcd at a release. */
export function etcdSource(path: string, version = '3.6.8'): Reference {
  return {
    id: `etcd ${path.split('/').at(-1) ?? path}`,
    url: `https://github.com/etcd-io/etcd/blob/v${version}/${path}`,
  };
}

/** A section of an RFC. */
export function rfc(number: number, section: string): Reference {
  return { id: `RFC ${number} ${section}`, url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}` };
}

/** A file of Go's standard library. */
export function goSource(path: string): Reference {
  return { id: `Go ${path}`, url: `https://github.com/golang/go/blob/go1.26.0/src/${path}` };
}
