/** Cilium: encryption between nodes, and mutual authentication between pods. */
import type { Check } from '../../../src/model/path.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { called, EXPORT, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { plugin } from './plugin.ts';
import { ciliumDocs } from './references.ts';

function ofCilium(check: Parameters<typeof ofCluster>[0]): Check {
  const made = ofCluster(check);
  return {
    ...made,
    notApplicable: (context) => {
      const { cluster } = context.node;
      const isThere =
        cluster === undefined || cluster.settings.cilium !== undefined || plugin(cluster, 'Cilium') !== undefined;
      return isThere ? made.notApplicable?.(context) : 'Nothing of Cilium is in the export.';
    },
  };
}

export const ciliumEncryption: Check = ofCilium({
  id: 'cilium-encryption',
  title: 'Cilium encrypts what passes between nodes',
  severity: 'medium',
  impact: 'security',
  versions: 'all; WireGuard and IPsec are both off when unset; what stays on one node is never encrypted',
  remediation:
    'Set `encryption.enabled=true` and `encryption.type=wireguard` in the Helm values (`enable-wireguard: "true"` in the ConfigMap cilium-config) and restart the agents; `cilium-dbg encrypt status` shows the peers.',
  references: [ciliumDocs('security/network/encryption-wireguard/'), ciliumDocs('security/network/encryption-ipsec/')],
  judge: ({ settings: { cilium } }) => {
    if (cilium === undefined) {
      return notAssessed('The ConfigMap cilium-config is not in the input.', [], { remediation: EXPORT });
    }
    const on = (key: string): boolean => cilium.values.get(key) === 'true';
    const shown = ['enable-wireguard', 'enable-ipsec', 'encrypt-node'].map((key) =>
      objectEvidence(cilium, cilium.values.get(key) ?? null, key),
    );
    if (on('enable-wireguard')) {
      const rest = on('encrypt-node') ? '' : '; traffic of the nodes themselves is not (encrypt-node is off)';
      const strict = on('enable-encryption-strict-mode') ? '; strict mode drops what would leave in plaintext' : '';
      return pass(`Traffic of pods between nodes is encrypted by WireGuard of Cilium${strict}${rest}.`, shown);
    }
    if (on('enable-ipsec')) return pass('Traffic of pods between nodes is encrypted by IPsec of Cilium.', shown);
    return warn('Cilium encrypts nothing: neither enable-wireguard nor enable-ipsec is true in cilium-config.', shown, {
      headline: 'Cilium: encryption off',
    });
  },
});

export const ciliumMutualAuth: Check = ofCilium({
  id: 'cilium-mutual-auth',
  title: 'Where Cilium authenticates pods, it encrypts their traffic too',
  severity: 'low',
  impact: 'security',
  versions: '1.14+; off where no policy asks for it; the handshake is apart from the traffic, which stays as it is',
  remediation:
    'Switch WireGuard on beside `authentication.mode: required` (`encryption.enabled=true`, `encryption.type=wireguard` in the Helm values): authentication alone leaves what follows in plaintext.',
  references: [ciliumDocs('network/servicemesh/mutual-authentication/mutual-authentication/')],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'cilium.io/CiliumNetworkPolicy');
    const asking = cluster.ciliumPolicies.filter(({ rules }) =>
      rules.some(({ authentication }) => authentication === 'required'),
    );
    const { cilium } = cluster.settings;
    if (asking.length === 0) return unknown ?? pass('No policy of Cilium asks for mutual authentication.');
    const shown = asking.slice(0, 5).map((one) => objectEvidence(one, 'required', 'authentication.mode'));
    if (cilium === undefined) {
      return notAssessed(
        `${few(asking.map(called), 3)} ask for mutual authentication; whether anything encrypts what follows it, the ConfigMap cilium-config would tell, which is not in the input.`,
        shown,
        { headline: 'cilium-config not in the export', remediation: EXPORT },
      );
    }
    const isOn = ['enable-wireguard', 'enable-ipsec'].some((key) => cilium.values.get(key) === 'true');
    return isOn
      ? pass(`${few(asking.map(called), 3)} ask for mutual authentication, and encryption is on.`, shown)
      : warn(
          `${few(asking.map(called), 3)} ask for mutual authentication, and nothing encrypts what follows it.`,
          shown,
          {
            headline: 'authenticated, not encrypted',
          },
        );
  },
});
