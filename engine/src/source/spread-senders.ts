import { linux } from './linux-sockets.ts'
import type { LinuxSockets } from './linux-sockets.ts'

// Which of the sockets on one port a datagram goes to. Left alone the kernel takes address and port of the sender: a router
// whose line cards export from ports of their own, or that begins anew from another port, would send templates to one worker
// and data to another. This program, in the kernel's classic BPF (linux/filter.h), takes the address alone.

const code = {
  loadByte: 0x30,
  loadWord: 0x20,
  shiftRight: 0x74,
  jumpIfEqual: 0x15,
  jump: 0x05,
  toX: 0x07,
  xorX: 0xac,
  multiply: 0x24,
} as const
const modulo = 0x94
const returnA = 0x16
/** Offsets from here on are of the IP header (SKF_NET_OFF). */
const ipHeader = 0xfff0_0000
const golden = 0x9e37_79b1

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

const programFor = (sockets: number): Instruction[] => [
  [code.loadByte, 0, 0, ipHeader],
  [code.shiftRight, 0, 0, 4],
  [code.jumpIfEqual, 2, 0, 6],
  // IPv4: the source is at byte 12.
  [code.loadWord, 0, 0, ipHeader + 12],
  [code.jump, 0, 0, 10],
  // IPv6: four words from byte 8 on.
  [code.loadWord, 0, 0, ipHeader + 8],
  ...[12, 16, 20].flatMap((at): Instruction[] => [
    [code.toX, 0, 0, 0],
    [code.loadWord, 0, 0, ipHeader + at],
    [code.xorX, 0, 0, 0],
  ]),
  [code.multiply, 0, 0, golden],
  [code.shiftRight, 0, 0, 16],
  [modulo, 0, 0, sockets],
  [returnA, 0, 0, 0],
]

/** For all sockets of the port, of which there will be so many. A kernel that refuses goes on as it does by itself. */
export function spreadBySender(sockets: LinuxSockets, fd: number, count: number): void {
  const program = programFor(count)
  const memory = new ArrayBuffer(16 + program.length * 8)
  const view = new DataView(memory)
  // struct sock_fprog: the length, and where the instructions are.
  view.setUint16(0, program.length, true)
  view.setBigUint64(8, sockets.addressOf(memory) + 16n, true)
  for (const [index, [instruction, ifTrue, ifFalse, operand]] of program.entries()) {
    const at = 16 + index * 8
    view.setUint16(at, instruction, true)
    view.setUint8(at + 2, ifTrue)
    view.setUint8(at + 3, ifFalse)
    view.setUint32(at + 4, operand, true)
  }
  sockets.setsockopt(fd, linux.SOL_SOCKET, linux.SO_ATTACH_REUSEPORT_CBPF, new Uint8Array(memory), 16)
}
