/** PEM as people keep it: blocks in any order, with what editors, mail programs and other tools do to them. */
import { pem } from '../../../fixtures/pki/write.ts';
import type { Random } from './random.ts';

export interface Block {
  readonly label: string;
  readonly der: Uint8Array;
}

export interface Text {
  /** What was done to it; empty when nothing was. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

type Damage = (block: string) => string;

/** Done to one block. Some of it Go reads over, some of it makes a block vanish. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  'CRLF line ends': (block) => block.replaceAll('\n', '\r\n'),
  'CR line ends': (block) => block.replaceAll('\n', '\r'),
  'byte order mark': (block) => `\u00ef\u00bb\u00bf${block}`,
  indented: (block) => block.replace(/^/gm, '    '),
  'base64 indented': (block) => block.replace(/^(?=[A-Za-z0-9+/])/gm, '  '),
  'spaces behind its lines': (block) => block.replaceAll('\n', '  \n'),
  'text before': (block) => `subject=CN = kubernetes\nissuer=CN = kubernetes\n${block}`,
  'text with a dash before': (block) => `----\n-----\n${block}`,
  'text behind': (block) => `${block}# renewed by hand\n`,
  'text behind END': (block) => block.replace(/-----\n$/, '----- # old CA\n'),
  'no newline at its end': (block) => block.replace(/\n$/, ''),
  'empty lines in it': (block) => block.replace('\n', '\n\n').replace(/\n(?=-----END)/, '\n\n'),
  'one line of base64': (block) => block.replace(/(?<=[^-])\n(?=[^-])/g, ''),
  'header in it': (block) => block.replace('\n', '\nfriendlyName: leaf\n\n'),
  'header without an empty line': (block) => block.replace('\n', '\nlocalKeyID: 1\n'),
  'Proc-Type in it': (block) => block.replace('\n', '\nProc-Type: 4,CLEAR\n\n'),
  'no END': (block) => block.replace(/-----END.*\n/, ''),
  'another END': (block) => block.replace(/-----END .*-----/, '-----END X-----'),
  'four dashes': (block) => block.replace('-----\n', '----\n'),
  'base64 cut off': (block) => block.replace(/.{5}\n-----END/, '\n-----END'),
  'base64 without padding': (block) => block.replace(/=+\n-----END/, '\n-----END'),
  'a character that is not base64': (block) => block.replace(/(?<=\n)[A-Za-z0-9+/]/, '*'),
  'lower-case label': (block) => block.replace(/(?<=-----(BEGIN|END) ).*(?=-----)/g, (label) => label.toLowerCase()),
  'TRUSTED before the label': (block) => block.replace(/(?<=-----(BEGIN|END) )/g, 'TRUSTED '),
  'X509 before the label': (block) => block.replace(/(?<=-----(BEGIN|END) )/g, 'X509 '),
  'twice BEGIN': (block) => block.replace(/^.*\n/, (line) => line + line),
  twice: (block) => block + block,
};

/**
 * A file of these blocks in this order.
 * @param damage how likely it is that something is done to a block
 */
export function written(blocks: readonly Block[], choose: Random, damage: number): Text {
  const done: string[] = [];
  const text = blocks
    .map(({ label, der }) => {
      const block = pem(label, der);
      if (!choose.chance(damage)) return block;
      const [what, change] = choose.pick(Object.entries(DAMAGES));
      done.push(`${label}: ${what}`);
      return change(block);
    })
    .join('');
  return { what: done.join(', '), bytes: Buffer.from(text, 'latin1') };
}
