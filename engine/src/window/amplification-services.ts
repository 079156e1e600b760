// Services that answer small questions with large answers to whoever the question says it came from. The source port of
// what arrives names the service. The list follows CISA's alert TA14-017A and what operators' reports have added since.

export interface AmplificationService {
  name: string
  /** UDP source ports. */
  ports: readonly number[]
  /** Of a host that uses the service itself (resolvers, time clients, VPN gateways) more than usual arrives from it legitimately. */
  isUsedByMany?: true
  /** Fragments that follow the first one of an answer, at most; 4 unless given. */
  laterFragments?: number
}

/** The longest datagram of UDP has 65,535 bytes, in pieces of 1480. */
const upToWholeDatagrams = 44

export const amplificationServices = [
  { name: 'dns', ports: [53], isUsedByMany: true },
  { name: 'ntp', ports: [123], isUsedByMany: true },
  { name: 'cldap', ports: [389] },
  { name: 'ssdp', ports: [1900] },
  { name: 'memcached', ports: [11211], laterFragments: upToWholeDatagrams },
  // RFC 3416 §4.2.3: GetBulk fills whatever the agent can send.
  { name: 'snmp', ports: [161], laterFragments: upToWholeDatagrams },
  { name: 'chargen', ports: [19] },
  { name: 'qotd', ports: [17] },
  { name: 'ws-discovery', ports: [3702] },
  { name: 'arms', ports: [3283] },
  // 4500 is ISAKMP behind NAT (RFC 3947), and the tunnels themselves.
  { name: 'isakmp', ports: [500, 4500], isUsedByMany: true },
  { name: 'tftp', ports: [69] },
  { name: 'portmap', ports: [111] },
  { name: 'netbios', ports: [137, 138] },
  { name: 'rip', ports: [520] },
  { name: 'ipmi', ports: [623] },
  { name: 'mssql', ports: [1434] },
  { name: 'citrix', ports: [1604] },
  { name: 'l2tp', ports: [1701], isUsedByMany: true },
  { name: 'openvpn', ports: [1194], isUsedByMany: true },
  { name: 'stun', ports: [3478], isUsedByMany: true },
  { name: 'rdp', ports: [3389], isUsedByMany: true },
  { name: 'sip', ports: [5060], isUsedByMany: true },
  { name: 'mdns', ports: [5353] },
  { name: 'coap', ports: [5683] },
  { name: 'ubiquiti', ports: [10001] },
  { name: 'mitel', ports: [10074] },
  { name: 'source-engine', ports: [27015], isUsedByMany: true },
  { name: 'quake', ports: [27960] },
  { name: 'plex', ports: [32410, 32414] },
  { name: 'dvr', ports: [37810] },
  { name: 'vxworks', ports: [17185] },
  { name: 'crestron', ports: [41794] },
] as const satisfies readonly AmplificationService[]
