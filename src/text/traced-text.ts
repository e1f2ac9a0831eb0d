/** Text put together from several lines of a file, that still knows which line each character came from. */

export interface TracedText {
  readonly text: string;
  /** Line (from 1) of the character at `offset`; the last known line behind the end. */
  lineAt(offset: number): number;
}

/** Collects pieces of text with the line each piece was read from. */
export class TracedTextBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #lines: number[] = [];

  get length(): number {
    return this.#text.length;
  }

  /** Appends `piece`, all of which is on `line` of the file. */
  push(piece: string, line: number): void {
    if (this.#lines.at(-1) !== line) {
      this.#starts.push(this.#text.length);
      this.#lines.push(line);
    }
    this.#text += piece;
  }

  /** The text so far, cut at `length` characters. */
  build(length: number = this.#text.length): TracedText {
    const starts = this.#starts;
    const lines = this.#lines;
    return {
      text: this.#text.slice(0, length),
      lineAt: (offset) => {
        let low = 0;
        let high = starts.length - 1;
        while (low < high) {
          const middle = Math.ceil((low + high) / 2);
          if ((starts[middle] ?? 0) <= offset) low = middle;
          else high = middle - 1;
        }
        return lines[low] ?? 1;
      },
    };
  }
}
