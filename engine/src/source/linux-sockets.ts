import { createRequire } from 'node:module'
import type koffiModule from 'koffi'

// The few calls of Linux that Node does not offer, through koffi: whole batches of datagrams in one call, and what the kernel
// dropped. It is an optional dependency; where it is missing, or the machine is another one, `loadLinuxSockets` says why and
// UDP goes through node:dgram.

/** Each returns what the call returns: -1 with `errno()` when it fails. */
export interface LinuxSockets {
  socket(family: number, type: number, protocol: number): number
  close(fd: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  getsockname(fd: number, address: Uint8Array, length: Uint32Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  getsockopt(fd: number, level: number, name: number, value: Uint32Array, length: Uint32Array): number
  recvmmsg(fd: number, messages: Uint8Array, count: number, flags: number, timeout: null): number
  sendmmsg(fd: number, messages: Uint8Array, count: number, flags: number): number
  errno(): number
  /** Where the bytes of a buffer lie. Whoever hands it to the kernel keeps the buffer. */
  addressOf(buffer: ArrayBuffer): bigint
  /** Calls back when the socket can be read, as long as it can. */
  watch(fd: number, onReadable: () => void): Watch
}

export interface Watch {
  pause(): void
  resume(): void
  close(): void
}

/** Numbers of asm-generic, which x64 and arm64 share. */
export const linux = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
  SOL_SOCKET: 1,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_REUSEPORT: 15,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  SO_TIMESTAMPNS: 35,
  SO_ATTACH_REUSEPORT_CBPF: 51,
  SO_MEMINFO: 55,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  SOL_UDP: 17,
  UDP_SEGMENT: 103,
  UDP_GRO: 104,
  MSG_DONTWAIT: 0x40,
  EINTR: 4,
  EAGAIN: 11,
  ENOMEM: 12,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
} as const

let loaded: LinuxSockets | string | undefined

/** The calls, or in words why they cannot be had here. */
export function loadLinuxSockets(): LinuxSockets | string {
  loaded ??= load()
  return loaded
}

function load(): LinuxSockets | string {
  if (process.platform !== 'linux') return `recvmmsg is Linux's, this is ${process.platform}`
  if (process.arch !== 'x64' && process.arch !== 'arm64') return `the layout of its structures is not known for ${process.arch}`
  let koffi: typeof koffiModule
  try {
    koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
  } catch (error) {
    return `koffi does not load (${(error as Error).message.split('\n')[0]})`
  }
  try {
    const libc = koffi.load(null)
    return {
      socket: libc.func('int socket(int, int, int)'),
      close: libc.func('int close(int)'),
      bind: libc.func('int bind(int, const void *, uint)'),
      connect: libc.func('int connect(int, const void *, uint)'),
      getsockname: libc.func('int getsockname(int, void *, void *)'),
      setsockopt: libc.func('int setsockopt(int, int, int, const void *, uint)'),
      getsockopt: libc.func('int getsockopt(int, int, int, void *, void *)'),
      recvmmsg: libc.func('int recvmmsg(int, void *, uint, int, void *)'),
      sendmmsg: libc.func('int sendmmsg(int, void *, uint, int)'),
      errno: () => koffi.errno(),
      addressOf: buffer => koffi.address(buffer),
      watch(fd, onReadable) {
        const handle = koffi.node.poll(fd, { readable: true }, onReadable)
        return { pause: () => handle.stop(), resume: () => handle.start({ readable: true }, onReadable), close: () => handle.close() }
      },
    }
  } catch (error) {
    return `the C library lacks a call (${(error as Error).message.split('\n')[0]})`
  }
}
