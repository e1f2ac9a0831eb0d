/** Guides to what is asked of every TLS listener, and of every command line: one text, filled in for each component. */
import type { ComponentName } from '../../src/model/component.ts';
import type { CheckGuide, CheckGuides } from '../../src/model/guide.ts';
import { STRONG_SUITES } from '../shared/listener.ts';
import type { Place } from './places.ts';
import {
  APISERVER_PLACE,
  called,
  CLOUD_CONTROLLER_MANAGER_PLACE,
  CONTROLLER_MANAGER_PLACE,
  ETCD_PLACE,
  etcdCurl,
  keepIn,
  KUBE_PROXY_PLACE,
  KUBELET_PLACE,
  SCHEDULER_PLACE,
} from './places.ts';

/** How a component spells one of its TLS settings. */
interface Spelling {
  readonly minVersion: string;
  readonly cipherSuites: string;
  readonly groups: string;
  /** The lowest version that is sound, as a value. */
  readonly tls12: string;
  readonly tls13: string;
}

const FLAGS: Spelling = {
  minVersion: '--tls-min-version',
  cipherSuites: '--tls-cipher-suites',
  groups: '--tls-curve-preferences',
  tls12: 'VersionTLS12',
  tls13: 'VersionTLS13',
};

const SPELLINGS: Partial<Readonly<Record<ComponentName, Spelling>>> = {
  kubelet: {
    ...FLAGS,
    minVersion: '`tlsMinVersion`',
    cipherSuites: '`tlsCipherSuites`',
    groups: '`tlsCurvePreferences`',
  },
  // It has no list of groups.
  etcd: { ...FLAGS, cipherSuites: '--cipher-suites', tls12: 'TLS1.2', tls13: 'TLS1.3' },
};

function spellingOf({ name }: Place): Spelling {
  return SPELLINGS[name] ?? FLAGS;
}

/** `--x of etcd`, or the field of the kubelet and the flag that beats it. */
function settingOf({ name }: Place, setting: string, flag: string): string {
  return name === 'kubelet' ? `${setting} in the configuration of the kubelet, or ${flag}` : `${setting} of ${name}`;
}

/** A flag beats the file of the kubelet, and a drop-in does too. */
function firstLook({ name }: Place): readonly string[] {
  return name === 'kubelet'
    ? [
        'Look for a flag or a drop-in that beats the file: `kubetls settings --component kubelet` names the place that each value comes from.',
      ]
    : [];
}

/** How a change takes effect, and lasts. */
function applied(place: Place): readonly string[] {
  return [keepIn(place), place.restart];
}

function handshake({ port }: Place, options: string): string {
  return `openssl s_client -connect 127.0.0.1:${port}${options === '' ? '' : ` ${options}`} </dev/null`;
}

function minVersion(place: Place): CheckGuide {
  const { name, file } = place;
  const { minVersion: setting, tls12 } = spellingOf(place);
  return {
    examined:
      name === 'etcd'
        ? `${setting} of etcd against TLS 1.2, and against --tls-max-version, which must not be below it.`
        : `${settingOf(place, setting, '--tls-min-version')}, against TLS 1.2 and the names that ${called(place)} knows for versions.`,
    consequence:
      name === 'etcd'
        ? `It knows TLS1.2 and TLS1.3 only, so it cannot be talked down to less. With another name, or a lowest version above --tls-max-version, it does not start. ${place.down}`
        : `Whoever comes with TLS 1.0 or 1.1 is let in: MD5 and SHA-1 vouch for the handshake and only suites with CBC are left, which RFC 8996 forbids. Scanners report it. With a name that it does not know (\`unknown tls version\`) ${called(place)} does not start. ${place.down}`,
    steps: [
      ...firstLook(place),
      ...(name === 'etcd'
        ? ['Remove --tls-max-version, or set it to TLS1.3.']
        : [
            'Look who still comes with less than TLS 1.2, such as a health check of an old load balancer: it is refused afterwards.',
          ]),
      `Set ${setting} to ${tls12} in ${file}, or remove it, which means the same.`,
      ...applied(place),
    ],
    verify: [
      `\`${handshake(place, '-tls1_1 -cipher DEFAULT@SECLEVEL=0')} 2>&1 | grep alert\` prints \`alert protocol version\`.`,
    ],
    defaults: { [name]: name === 'etcd' ? ['tls-min-version', 'tls-max-version'] : ['tls-min-version'] },
  };
}

function cipherSuites(place: Place): CheckGuide {
  const { name, file } = place;
  const { cipherSuites: setting, minVersion: lowest, tls13 } = spellingOf(place);
  const list = name === 'kubelet' ? `\`[${STRONG_SUITES.join(', ')}]\`` : STRONG_SUITES.join(',');
  return {
    examined: `${settingOf(place, setting, '--tls-cipher-suites')}, or where it is unset what the Go release of that version and GODEBUG offer, against Go's own list of insecure suites.`,
    consequence: `A client of TLS 1.2 that asks for no better gets a weak suite. With TLS_RSA_* whoever records traffic reads all of it as soon as he has the key of the certificate; 3DES and RC4 give away what is sent often, such as tokens, after enough traffic. TLS 1.3 has none of them. With a name that ${called(place)} does not know it does not start: ${
      name === 'etcd'
        ? '`unexpected TLS cipher suite "<name>"`'
        : "`Cipher suite <name> not supported or doesn't exist`"
    }.`,
    steps: [
      ...firstLook(place),
      `Set ${setting} in ${file} to ${list}. One of the two with AES_128_GCM has to stay: HTTP/2 needs it.`,
      name === 'etcd'
        ? `Where every client speaks TLS 1.3 (Go 1.13 and OpenSSL 1.1.1 do), ${lowest}=${tls13} does it as well, but never both: etcd does not start with a list of suites beside it.`
        : `Where every client speaks TLS 1.3 (Go 1.13 and OpenSSL 1.1.1 do), ${tls13} as ${lowest} does it as well.`,
      ...applied(place),
    ],
    verify: [
      `\`${handshake(place, '-tls1_2 -cipher kRSA')} 2>/dev/null | grep "Cipher is"\` prints \`Cipher is (NONE)\`: nothing without forward secrecy is taken.`,
      `\`${handshake(place, '-tls1_2')} 2>/dev/null | grep "Cipher is"\` prints a suite that begins with ECDHE.`,
    ],
    defaults: { [name]: name === 'etcd' ? ['cipher-suites'] : ['tls-cipher-suites'] },
  };
}

function http2(place: Place): CheckGuide {
  const { name, file, port } = place;
  const { cipherSuites: setting } = spellingOf(place);
  return {
    examined: `${settingOf(place, setting, '--tls-cipher-suites')}, for TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, unless HTTP/2 or TLS 1.2 is off.`,
    consequence:
      name === 'etcd'
        ? `At its next restart etcd ends when it begins to serve (3.4 with a panic). ${place.down}`
        : `At its next restart ${called(place)} ends: \`http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher\`. ${place.down}`,
    steps: [
      ...firstLook(place),
      `Add TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (for an ECDSA certificate TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) to ${setting} in ${file}, or remove the list.`,
      ...applied(place),
    ],
    verify: [
      name === 'etcd'
        ? `\`${etcdCurl('-o /dev/null -w "%{http_version}\\n" https://127.0.0.1:2379/health')}\` prints 2.`
        : `\`curl -sk -o /dev/null -w "%{http_version}\\n" https://127.0.0.1:${port}/healthz\` prints 2.`,
    ],
    defaults: { [name]: name === 'etcd' ? ['cipher-suites'] : ['tls-cipher-suites'] },
  };
}

function keyType(place: Place): CheckGuide {
  const { name, file } = place;
  const { cipherSuites: setting } = spellingOf(place);
  return {
    examined: `${settingOf(place, setting, '--tls-cipher-suites')}, against the key of the certificate that ${called(place)} serves: RSA, or ECDSA and Ed25519.`,
    consequence:
      'Suites for the other kind of key are of no use, so TLS 1.2 is left with none: such clients end with `remote error: tls: handshake failure`. Components of the cluster speak TLS 1.3 and go on, which hides it until a load balancer, an old monitor or a backup comes. It mostly begins when a certificate is renewed with another kind of key.',
    steps: [
      ...firstLook(place),
      `See which key is served: \`${handshake(place, '')} 2>/dev/null | openssl x509 -noout -text | grep "Public Key Algorithm"\`.`,
      `Add the suites for it to ${setting} in ${file}: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 for rsaEncryption, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 for others. With both in the list either key will do.`,
      ...applied(place),
    ],
    verify: [
      `\`${handshake(place, '-tls1_2')} 2>/dev/null | grep "Cipher is"\` prints a suite, and not \`Cipher is (NONE)\`.`,
    ],
    defaults: { [name]: name === 'etcd' ? ['cipher-suites'] : ['tls-cipher-suites'] },
  };
}

function groups(place: Place): CheckGuide {
  const { name, file } = place;
  const { groups: setting } = spellingOf(place);
  return {
    examined: `The numbers in ${settingOf(place, setting, 'a drop-in')}: whether Go knows each and none is there twice, and whether one of them is hybrid, X25519MLKEM768 (4588) for instance.`,
    consequence: `Nothing breaks without a hybrid group. But who records the traffic today decrypts it once there is a quantum computer that breaks elliptic curves, Secrets and tokens that still count among it. With a number that it does not know, or one twice, ${called(place)} does not start: \`curve preference <number> is not supported by the current Go version\`, \`duplicate curve preference <number>\`.`,
    steps: [
      `Remove ${setting} from ${file}: Go's own list has X25519MLKEM768 in front and the groups for older clients behind it.`,
      'Where a list has to be, add 4588 to it, beside 29 (X25519), 23 (P-256) and 24 (P-384) for older clients.',
      ...applied(place),
    ],
    verify: [
      `\`${handshake(place, '-groups X25519MLKEM768')} 2>/dev/null | grep X25519MLKEM768\` with OpenSSL 3.5 or later prints the group.`,
    ],
    defaults: { [name]: name === 'kubelet' ? ['tlsCurvePreferences'] : ['tls-curve-preferences'] },
  };
}

/** Where the words of the command line stand. */
function commandLineOf({ name, file }: Place): string {
  return name === 'kubelet'
    ? '/var/lib/kubelet/kubeadm-flags.env, /etc/default/kubelet or a drop-in of the unit (`systemctl cat kubelet`)'
    : file;
}

/** What is said to a flag that is not known. */
const REFUSALS: Partial<Readonly<Record<ComponentName, string>>> = {
  kubelet: '`failed to parse kubelet flag: unknown flag: --<flag>`',
  etcd: '`flag provided but not defined: -<flag>`',
};

function removedFlags(place: Place): CheckGuide {
  const { name, log, down, restart, kept, runs } = place;
  const refusal = REFUSALS[name] ?? '`unknown flag: --<flag>`';
  return {
    examined: `Every word of the command line of ${called(place)}, and what its configuration file sets, against the flags of its version, their types and the values that they take; words that belong to no flag as well.`,
    consequence: `It ends at once: ${refusal}. A running process does not notice, so that it shows at the next restart, which mostly is an upgrade or a reboot. ${down}`,
    steps: [
      `If it does not run, see what it says: ${log}.`,
      ...(name === 'etcd'
        ? []
        : ['Before an upgrade see what the next version refuses: `kubetls check --kubernetes-version <version>`.']),
      `Remove or correct the flag in ${commandLineOf(place)}, before the upgrade to a version that lacks it.`,
      name === 'kubelet'
        ? 'Fields take the place of most flags: /var/lib/kubelet/config.yaml and `kubectl -n kube-system edit configmap kubelet-config`. Flags that kubeadm gives to a node come from nodeRegistration.kubeletExtraArgs of the file it was joined with.'
        : `Take it out of what the next upgrade writes it from too: ${kept}.`,
      restart,
    ],
    verify: [runs],
  };
}

function oneConfiguration(place: Place): CheckGuide {
  const { name, log, runs } = place;
  return {
    examined: `How many manifests, units and processes of ${name} the node has. In /etc/kubernetes/manifests (\`staticPodPath\` of the kubelet) every file counts whose name does not begin with a dot, whatever its suffix.`,
    consequence: `Of two static pods with one name the kubelet runs one and lets the other wait, and which one is not settled: flags of months ago may come back after a reboot. With two names, or a unit beside a pod, both run, and the second ends with \`bind: address already in use\` over and over.`,
    steps: [
      `See what there is: \`grep -l ${name} /etc/kubernetes/manifests/* /etc/systemd/system/*.service\`, and compare the two with \`diff\`.`,
      `Move copies out of /etc/kubernetes/manifests, to /root for instance; a name like ${name}.yaml.bak is run as well. Keep the file that has the flags you want.`,
      `Disable a unit that is not meant to run: \`systemctl disable --now ${name}\`.`,
      `See that the right one runs: ${log}.`,
    ],
    verify: [
      `\`ps -eo pid,args | grep "[${name.slice(0, 1)}]${name.slice(1)} --"\` shows one process, with the flags of that file.`,
      runs,
    ],
  };
}

/** Components with a TLS listener. */
const LISTENERS: readonly Place[] = [
  APISERVER_PLACE,
  KUBELET_PLACE,
  SCHEDULER_PLACE,
  CONTROLLER_MANAGER_PLACE,
  CLOUD_CONTROLLER_MANAGER_PLACE,
  ETCD_PLACE,
];

function guidesOf(place: Place): CheckGuides {
  const { prefix, name } = place;
  return {
    [`${prefix}-tls-min-version`]: minVersion(place),
    [`${prefix}-cipher-suites`]: cipherSuites(place),
    [`${prefix}-cipher-http2-required`]: http2(place),
    [`${prefix}-cipher-key-type`]: keyType(place),
    ...(name === 'etcd' ? {} : { [`${prefix}-curve-preferences`]: groups(place) }),
    [`${prefix}-removed-flags`]: removedFlags(place),
    ...(name === 'kubelet' ? {} : { [`${prefix}-one-configuration`]: oneConfiguration(place) }),
  };
}

export const LISTENER_GUIDES: CheckGuides = {
  ...Object.fromEntries(LISTENERS.flatMap((place) => Object.entries(guidesOf(place)))),
  'kube-proxy-removed-flags': removedFlags(KUBE_PROXY_PLACE),
};
