/**
 * Ports of protocols other than HTTP, where a request would reach a mail server or a database: the bad ports of the
 * Fetch standard (section 2.9), and those of databases, caches, queues, directories, and remote control.
 */
const NEVER_WEB = new Set([
  // https://fetch.spec.whatwg.org/#port-blocking
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
  // Files, directories, remote control: Kerberos, SMB, rsync, global catalog, RDP, VNC, Docker, the kubelet.
  88, 445, 464, 873, 2375, 2376, 3268, 3269, 3389, 5900, 5901, 10250,
  // Databases: SQL Server, Oracle, MySQL, PostgreSQL, PgBouncer, Cassandra, MongoDB.
  1433, 1434, 1521, 3306, 5432, 5433, 6432, 9042, 27017, 27018, 27019,
  // Caches, queues, coordination: Redis, Memcached, AMQP, MQTT, Kafka, NATS, ZooKeeper, etcd, epmd, Elasticsearch's transport.
  1883,
  2181, 2379, 2380, 4222, 4369, 5671, 5672, 6379, 6380, 8883, 9092, 9093, 9300, 11211, 26379,
]);

/** @param port of a URL; empty for the scheme's default port. */
export const isWebPort = (port: string): boolean => port === '' || !NEVER_WEB.has(Number(port));
