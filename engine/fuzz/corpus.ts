import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

// Kept inputs: a line of hexadecimal each, in the order in which they are best taken.

export const corpusFile = (target: string): string => path.join(import.meta.dirname, 'corpus', `${target}.hex`)

export const parseInputs = (text: string): Uint8Array[] =>
  text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => (line === '-' ? new Uint8Array(0) : Uint8Array.from(Buffer.from(line, 'hex'))))

/** An input of no bytes is a dash. */
export const formatInputs = (inputs: readonly Uint8Array[]): string =>
  inputs.map(input => `${input.length === 0 ? '-' : Buffer.from(input).toString('hex')}\n`).join('')

export const readCorpus = (target: string): Uint8Array[] =>
  existsSync(corpusFile(target)) ? parseInputs(readFileSync(corpusFile(target), 'utf8')) : []
