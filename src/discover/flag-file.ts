/** A component's flags from a file that the user names, or from a saved /proc/PID/cmdline. */
import type { ComponentName } from '../model/component.ts';
import { findComponent } from './command.ts';
import { splitWords } from './systemd-syntax.ts';
import type { Argument } from './types.ts';

/**
 * Reads flags: words separated by white space, with quotes, `#` lines as comments, and a backslash to continue a
 * line; or words separated by NUL as in proc(5). A command in front of the flags may be there or not.
 */
export function readFlagFile(component: ComponentName, text: string, file: string): readonly Argument[] {
  const words = text.includes('\0') ? splitAtNul(text, file) : splitText(text, file);
  if (words[0]?.text.startsWith('-') !== false) return words;
  const search = findComponent(words, []);
  return search.kind === 'found' && search.component === component ? search.argv : words;
}

function splitAtNul(text: string, file: string): readonly Argument[] {
  return text
    .replace(/\0$/, '')
    .split('\0')
    .map((word) => ({ text: word, position: { file, line: 1 } }));
}

function splitText(text: string, file: string): readonly Argument[] {
  const words: Argument[] = [];
  // A quoted word does not go over a line's end here, so each line is split by itself.
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trimStart().startsWith('#')) return;
    const content = line.replace(/\\\s*$/, '');
    for (const word of splitWords(content, { escapes: 'literal', relaxed: true }).words) {
      words.push({ text: word.text, position: { file, line: index + 1 } });
    }
  });
  return words;
}
