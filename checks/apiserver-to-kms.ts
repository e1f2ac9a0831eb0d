/** API server to the plugin that holds the key with which etcd's content is encrypted. */
import type { EncryptionConfig, EncryptionProvider } from '../src/model/apiserver-config.ts';
import type { ConfigFile, NodeModel } from '../src/model/node.ts';
import type { Check, Evidence, Finding, PathDefinition } from '../src/model/path.ts';
import { atLeast } from '../src/model/version.ts';
import { evidence, featureGate, requireComponent } from './shared/access.ts';
import { appliesWithFiles, configFileCheck, fieldEvidence, ofFile } from './shared/apiserver-files.ts';
import type { NamedFile } from './shared/apiserver-files.ts';
import { NO_FACTS } from './shared/facts.ts';
import { cis, kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, pass, warn } from './shared/result.ts';

const CONFIG = ({ encryptionConfig }: NodeModel): ConfigFile<EncryptionConfig> => encryptionConfig;
const FILE: NamedFile = { flag: 'encryption-provider-config', config: CONFIG };

const DOCS = kubernetesDocs('tasks/administer-cluster/encrypt-data/');
const KMS_DOCS = kubernetesDocs('tasks/administer-cluster/kms-provider/');

function entriesOf({ encryptionConfig }: NodeModel): EncryptionConfig['entries'] {
  return encryptionConfig.state === 'read' ? encryptionConfig.config.entries : [];
}

function kmsProviders(node: NodeModel): readonly EncryptionProvider[] {
  return entriesOf(node).flatMap(({ providers }) => providers.filter(({ kind }) => kind === 'kms'));
}

/** The provider that encrypts new Secrets; undefined where no entry covers them, so that they are not encrypted. */
function writesSecrets(node: NodeModel): EncryptionProvider | undefined {
  return entriesOf(node).find(({ coversSecrets }) => coversSecrets)?.providers[0];
}

function shownOf({ kind, name, position }: EncryptionProvider): Evidence {
  return fieldEvidence(kind, name ?? kind, position);
}

const file = configFileCheck(
  {
    id: 'encryption-config-valid',
    title: 'The API server takes its encryption configuration',
    versions: 'all; unset means that nothing is encrypted in etcd',
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go'),
      DOCS,
    ],
  },
  FILE,
);

const secretsEncrypted: Check = {
  id: 'encryption-secrets',
  title: 'New Secrets are written to etcd encrypted',
  severity: 'medium',
  impact: 'security',
  versions: 'all; of the providers for a resource the first writes, all read',
  remediation:
    'Put a provider that encrypts (kms with apiVersion v2, secretbox or aesgcm with rotated keys, aescbc) before identity in the entry for secrets (with several API servers behind it first, on all of them, so that each can read what another writes), restart every API server, then write all Secrets again: `kubectl get secrets -A -o json | kubectl replace -f -`.',
  references: [cis('1.2.27'), cis('1.2.28'), DOCS],
  ...ofFile(
    CONFIG,
    () => undefined,
    (_config, { node }): Finding => {
      const provider = writesSecrets(node);
      const shown = [evidence(requireComponent(node, 'kube-apiserver'), FILE.flag)];
      if (provider === undefined) {
        return warn('No entry of the configuration covers Secrets, so they are written to etcd in the clear.', shown, {
          headline: 'Secrets are not encrypted',
        });
      }
      return provider.kind === 'identity'
        ? warn(
            'The first provider for Secrets is identity, so new ones are written to etcd in the clear; those behind it only read.',
            [...shown, shownOf(provider)],
            { headline: 'identity comes first: not encrypted' },
          )
        : pass(`New Secrets are encrypted by ${provider.kind}.`, [...shown, shownOf(provider)]);
    },
  ),
};

const kmsVersion: Check = {
  id: 'kms-api-version',
  title: 'KMS plugins are asked over the API v2',
  severity: 'medium',
  impact: 'both',
  versions:
    'unset means v1, which is deprecated from 1.28 on and off from 1.29 on (gate KMSv1); v2 came with 1.25, off up to 1.26 (gate KMSv2)',
  remediation:
    'Add the plugin a second time with `apiVersion: v2` and another name before the entry of v1 (it has to speak v2; with several API servers behind it first, on all of them), restart every API server, write all Secrets again, then remove the old entry.',
  references: [
    KMS_DOCS,
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go'),
  ],
  ...ofFile(
    CONFIG,
    (_config, { node }) => (kmsProviders(node).length > 0 ? undefined : 'No KMS plugin is configured.'),
    (_config, { node }) => {
      const apiserver = requireComponent(node, 'kube-apiserver');
      const { version } = apiserver;
      return kmsProviders(node).map((provider): Finding => {
        const shown = [
          fieldEvidence('kms', `${provider.name ?? ''} (${provider.apiVersion ?? ''})`, provider.position),
        ];
        if (provider.apiVersion === 'v2') {
          const isOn = featureGate(apiserver, 'KMSv2') ?? (version === undefined || atLeast(version, '1.27'));
          if (isOn) return pass(`${provider.name ?? ''} is asked over v2.`, shown);
          return fail(
            `${provider.name ?? ''} is configured for KMS v2, and the gate KMSv2 is off: the API server does not start.`,
            shown,
            {
              severity: 'high',
              impact: 'availability',
              headline: 'KMS v2 is off: does not start',
              remediation: 'Set --feature-gates=KMSv2=true on every API server, or upgrade to 1.27 or later first.',
            },
          );
        }
        const written = featureGate(apiserver, 'KMSv1');
        const isOn = written ?? (version === undefined || !atLeast(version, '1.29'));
        if (!isOn) {
          return fail(
            `${provider.name ?? ''} is configured for KMS v1, which ${written === false ? 'its gate KMSv1 has' : 'this version has'} switched off: the API server does not start.`,
            shown,
            { severity: 'high', impact: 'availability', headline: 'KMS v1 is off: does not start' },
          );
        }
        return warn(
          `${provider.name ?? ''} is asked over KMS v1, which derives no key of its own and is gone in a later version.`,
          shown,
          { headline: 'KMS v1 is deprecated' },
        );
      });
    },
  ),
};

export const path: PathDefinition = {
  id: 'apiserver-to-kms',
  title: 'API server to KMS plugin',
  client: 'kube-apiserver',
  server: 'KMS plugin',
  description:
    'Encryption at rest with a KMS plugin goes over a unix socket, which the API server insists on; the mode of the socket is the only protection, and it is in no file. Whether Secrets are encrypted at all is said here too, since a copy of etcd shows them otherwise.',
  applicability: (node) => {
    const { encryptionConfig } = node;
    const provider = writesSecrets(node);
    const isPlain = provider === undefined || provider.kind === 'identity';
    // What a version passes over is told, whoever holds the keys.
    const isWhole = encryptionConfig.state === 'read' && encryptionConfig.ignored === undefined;
    return isWhole && kmsProviders(node).length === 0 && !isPlain
      ? {
          kind: 'not-applicable',
          reason: `No KMS plugin is asked: ${encryptionConfig.config.file} holds the keys itself (${provider.kind}).`,
        }
      : appliesWithFiles(node, [FILE], 'Encryption at rest');
  },
  // A unix socket never leaves the machine.
  facts: () => NO_FACTS,
  checks: [file, secretsEncrypted, kmsVersion],
};
