import { parseArgs } from 'node:util'
import { linux, loadLinuxSockets } from '#source/linux-sockets.ts'
import { createMessageVector } from '#source/message-vector.ts'
import { encodeSocketAddress } from '#source/socket-address.ts'
import { makeDatagrams, makeTemplates, recordsOf, secondsAt, sequenceAt, sequenceStepOf } from './load-flows.ts'
import type { LoadProtocol } from './load-flows.ts'

// The load, a process of its own: datagrams made before are sent at a set rate to a port on loopback, by sendmmsg and, with
// --segmented, several in one piece that the kernel cuts (UDP_SEGMENT). Only numbers of sequence and the clock change.
// The last line is one JSON value: what was sent, and in which time.

const { values } = parseArgs({
  options: {
    protocol: { type: 'string', default: 'netflow9' },
    port: { type: 'string', default: '2055' },
    /** Records a second; 0 is as many as can be. */
    rate: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '2' },
    /** Exporters, 127.0.0.1 and up. */
    senders: { type: 'string', default: '1' },
    segmented: { type: 'boolean', default: false },
  },
})
const protocol = values.protocol as LoadProtocol
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const senders = Number(values.senders)

const loaded = loadLinuxSockets()
if (typeof loaded === 'string') throw new Error(`No load can be made: ${loaded}`)
const sockets = loaded

const ringDatagrams = 1024
/** More would come in bursts that no router sends; the kernel's bounds are 64 segments and 65,507 bytes. */
const maxSegments = 8
const messagesInRow = 64
const templatesEvery = 4096

const datagrams = makeDatagrams(protocol, ringDatagrams, Math.floor(Date.now() / 1000))
const size = datagrams[0]!.length
if (datagrams.some(({ length }) => length !== size)) throw new Error('Datagrams of one length were expected')
const segments = values.segmented ? Math.min(maxSegments, Math.floor(65_507 / size)) : 1
const messages = Math.floor(ringDatagrams / segments)
const vector = createMessageVector(sockets, messages, segments * size, { withNames: false })
for (let index = 0; index < messages * segments; index++) {
  // Messages lie one after the other, so their segments do.
  vector.bytes.set(datagrams[index]!, vector.payloadAt(0) + index * size)
}

const fds = Array.from({ length: senders }, (_, index) => {
  const fd = sockets.socket(linux.AF_INET, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0)
  const [source, target] = [encodeSocketAddress(`127.0.0.${index + 1}`, 0)!, encodeSocketAddress('127.0.0.1', Number(values.port))!]
  const set = (level: number, option: number, value: number): number =>
    sockets.setsockopt(fd, level, option, new Uint8Array(new Int32Array([value]).buffer), 4)
  set(linux.SOL_SOCKET, linux.SO_SNDBUF, 4 * 1024 * 1024)
  if (segments > 1 && set(linux.SOL_UDP, linux.UDP_SEGMENT, size) !== 0) throw new Error('UDP_SEGMENT is refused')
  if (sockets.bind(fd, source.bytes, source.bytes.length) !== 0 || sockets.connect(fd, target.bytes, target.bytes.length) !== 0)
    throw new Error(`A socket cannot be had (errno ${sockets.errno()})`)
  return fd
})

const templates = makeTemplates(protocol, Math.floor(Date.now() / 1000))
const templateVector = createMessageVector(sockets, 1, 2048, { withNames: false })
if (templates) {
  templateVector.bytes.set(templates, templateVector.payloadAt(0))
  templateVector.setPayload(0, templateVector.payloadAt(0), templates.length)
}
const sequences = new Uint32Array(senders)
const step = sequenceStepOf[protocol]

function sendTemplates(sender: number): void {
  if (!templates) return
  templateVector.view.setUint32(templateVector.payloadAt(0) + sequenceAt[protocol], sequences[sender]!)
  if (protocol === 'netflow9') sequences[sender]!++
  sockets.sendmmsg(fds[sender]!, templateVector.headers, 1, 0)
}

for (let sender = 0; sender < senders; sender++) for (let time = 0; time < 2; time++) sendTemplates(sender)
await new Promise(resolve => setTimeout(resolve, 100))

const datagramsPerSecond = rate / recordsOf[protocol]
// Pieces of half a millisecond at most, so that no burst is larger than any receive buffer.
const inRow = rate === 0 ? messagesInRow : Math.max(1, Math.min(messagesInRow, Math.floor(datagramsPerSecond / segments / 2000)))
const heads = Array.from({ length: messages }, (_, index) => vector.headers.subarray(index * 64, Math.min(messages, index + inRow) * 64))
const start = performance.now()
let [sent, at, sender, sinceTemplates, failed] = [0, 0, 0, 0, 0]
for (;;) {
  let now = performance.now() - start
  if (now >= seconds * 1000) break
  if (rate > 0) {
    const due = (sent / datagramsPerSecond) * 1000
    while (now < due) now = performance.now() - start
  }
  const count = Math.min(inRow, messages - at)
  const clock = Math.floor(Date.now() / 1000)
  const first = vector.payloadAt(0) + at * segments * size
  let sequence = sequences[sender]!
  for (let index = 0, byte = first; index < count * segments; index++, byte += size) {
    vector.view.setUint32(byte + sequenceAt[protocol], sequence)
    if (secondsAt[protocol] >= 0) vector.view.setUint32(byte + secondsAt[protocol], clock)
    sequence = (sequence + step) >>> 0
  }
  sequences[sender] = sequence
  let done = 0
  while (done < count && failed < 1000) {
    const taken = sockets.sendmmsg(fds[sender]!, heads[at + done]!, Math.min(count - done, heads[at + done]!.length / 64), 0)
    if (taken > 0) done += taken
    else failed++
  }
  sent += done * segments
  sinceTemplates += done * segments
  at = (at + count) % messages
  if (senders > 1) sender = (sender + 1) % senders
  if (sinceTemplates >= templatesEvery * senders) {
    sinceTemplates = 0
    for (let one = 0; one < senders; one++) sendTemplates(one)
  }
}
const elapsed = (performance.now() - start) / 1000
console.log(JSON.stringify({ datagrams: sent, records: sent * recordsOf[protocol], seconds: elapsed, failed, size, segments }))
