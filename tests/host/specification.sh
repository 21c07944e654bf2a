#!/usr/bin/env bash
# The commands that the specification of the hot storage gave an administrator to type, steps 2 to 4,
# as they stand there; without sudo, and with the group that step 4 takes for granted.
# No errexit: an administrator's shell has none.

groupadd -r docker

# Create database service users
useradd -r -s /bin/false -d /data/jts/hot/postgresql postgres 2>/dev/null || echo "postgres user exists"
useradd -r -s /bin/false -d /data/jts/hot/clickhouse clickhouse 2>/dev/null || echo "clickhouse user exists"
useradd -r -s /bin/false -d /data/jts/hot/kafka kafka 2>/dev/null || echo "kafka user exists"
useradd -r -s /bin/false -d /data/jts/hot/mongodb mongodb 2>/dev/null || echo "mongodb user exists"
useradd -r -s /bin/false -d /data/jts/hot/redis redis 2>/dev/null || echo "redis user exists"

# Verify users
id postgres clickhouse kafka mongodb redis

# Create base directory structure
mkdir -p /data/jts/hot/{postgresql,clickhouse,kafka,mongodb,redis,docker,backup}

# Create subdirectories for organization
mkdir -p /data/jts/hot/postgresql/{data,logs,config}
mkdir -p /data/jts/hot/clickhouse/{data,logs,tmp}
mkdir -p /data/jts/hot/kafka/{data,logs}
mkdir -p /data/jts/hot/mongodb/{data,logs,config}
mkdir -p /data/jts/hot/redis/{data,logs}
mkdir -p /data/jts/hot/docker/{volumes,containers,tmp}
mkdir -p /data/jts/hot/backup/{daily,snapshots,staging}

# Set proper ownership for each service
chown -R postgres:postgres /data/jts/hot/postgresql/
chown -R clickhouse:clickhouse /data/jts/hot/clickhouse/
chown -R kafka:kafka /data/jts/hot/kafka/
chown -R mongodb:mongodb /data/jts/hot/mongodb/
chown -R redis:redis /data/jts/hot/redis/
chown -R root:docker /data/jts/hot/docker/
chown -R root:root /data/jts/hot/backup/

# Set appropriate permissions
chmod 750 /data/jts/hot/{postgresql,clickhouse,kafka,mongodb,redis}/
chmod 755 /data/jts/hot/{docker,backup}/
chmod 755 /data/jts/hot/
