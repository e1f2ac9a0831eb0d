/**
 * The kubelet as kubeadm configures it.
 * Sources: kubernetes cmd/kubeadm/app/componentconfigs/kubelet.go (Default), phases/kubelet/flags.go.
 */
import type { Version } from '../../model/version.ts';
import { asMapping } from '../../text/yaml.ts';
import type { YamlDocument } from '../../text/yaml.ts';
import { nodePathOfProcess } from '../node-path.ts';
import type { Invocation } from '../types.ts';
import { extraArgs, toCommand } from './arguments.ts';
import { positionIn } from './documents.ts';
import type { Patches } from './patches.ts';
import type { KubeadmDocument, KubeadmDocuments } from './documents.ts';
import { under } from './config.ts';
import type { ClusterConfig } from './config.ts';

/** Where kubeadm writes the configuration, and where its packages' unit looks for it. */
const CONFIG = '/var/lib/kubelet/config.yaml';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * The kubelet that kubeadm would start; undefined where no document speaks of one. What the unit of the packages adds
 * is no part of it, so flags that beat the file are unknown.
 */
export function kubeletOf(
  documents: KubeadmDocuments,
  config: ClusterConfig | undefined,
  patches: Patches,
  version: Version,
): Invocation | undefined {
  const { kubelet, init, join, cluster } = documents;
  const home = kubelet ?? init ?? join ?? cluster;
  if (home === undefined) return undefined;
  const node = init ?? join;
  const flags = toCommand(version, [], extraArgs(node, ['nodeRegistration', 'kubeletExtraArgs']));
  const { file } = home;
  const patched = patches('kubeletconfiguration');
  // Who joins gets the configuration from the cluster, and only a file for `kubeadm init` has one by default.
  const isKnown = kubelet !== undefined || (config !== undefined && !config.fromConfigMap);
  return {
    component: 'kubelet',
    argv: [{ text: `--config=${CONFIG}`, position: positionIn(home, ['kind']), implied: true }, ...flags],
    environment: [],
    file,
    kind: 'kubeadm-config',
    sources: [{ file, kind: 'kubeadm-config' }],
    commandLineSeen: false,
    ...(patched === undefined ? {} : { unseen: { part: 'some', reason: patched } }),
    configFile: isKnown
      ? { file: (kubelet ?? home).file, document: completed(kubelet, config) }
      : {
          file: CONFIG,
          unavailable: `kubeadm takes the KubeletConfiguration from the ConfigMap kubelet-config of the cluster, which is not in the input: give \`kubectl -n kube-system get configmap kubelet-config -o yaml\` as a further input`,
          present: false,
        },
    hostNetwork: true,
    nodePath: nodePathOfProcess(),
  };
}

/** The user's document with what kubeadm adds where it is silent, and what it sets whatever it says. */
function completed(kubelet: KubeadmDocument | undefined, config: ClusterConfig | undefined): YamlDocument {
  const written = kubelet?.root ?? {};
  const section = (root: Mapping, key: string): Mapping => asMapping(root[key]) ?? {};
  const authentication = section(written, 'authentication');
  const x509 = section(authentication, 'x509');
  const authorization = section(written, 'authorization');
  const set = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
  return {
    value: {
      ...written,
      apiVersion: written.apiVersion ?? 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      staticPodPath: set(written.staticPodPath) ? written.staticPodPath : '/etc/kubernetes/manifests',
      clusterDomain: set(written.clusterDomain) ? written.clusterDomain : (config?.dnsDomain.value ?? 'cluster.local'),
      authentication: {
        ...authentication,
        x509: {
          ...x509,
          clientCAFile: set(x509.clientCAFile)
            ? x509.clientCAFile
            : under(config?.certificatesDir ?? '/etc/kubernetes/pki', 'ca.crt'),
        },
        anonymous: { enabled: false, ...defined(section(authentication, 'anonymous')) },
        webhook: { enabled: true, ...defined(section(authentication, 'webhook')) },
      },
      authorization: { ...authorization, mode: set(authorization.mode) ? authorization.mode : 'Webhook' },
      healthzBindAddress: set(written.healthzBindAddress) ? written.healthzBindAddress : '127.0.0.1',
      healthzPort: written.healthzPort ?? 10248,
      // The field is no pointer, so kubeadm cannot tell false from unset and writes true.
      rotateCertificates: true,
    },
    duplicateKeys: kubelet?.document.duplicateKeys ?? [],
    line: (path) => kubelet?.document.line(path),
  };
}

function defined(section: Mapping): Mapping {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== null && value !== undefined));
}
