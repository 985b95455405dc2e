#!/bin/bash
# A private RabbitMQ node in a folder of its own, for the demo, the tests and the bench. Needs Debian's
# rabbitmq-server package and python3; no systemd, no root, nothing of the system's own broker is touched.
#
#   node.sh start DIR [--port N] [--definitions FILE] [--plugins a,b] [--tls PKI]   returns once AMQP is answered
#   node.sh stop DIR        SIGTERM, waits until it is gone; while it starts, SIGKILL; the data stays
#   node.sh kill DIR        SIGKILL, as a power cut would do it; the data stays
#   node.sh wipe DIR        kill, then forget all data; port and definitions stay
#   node.sh ctl DIR ARG …   rabbitmqctl on that node
#
# PKI: a folder with ca.pem, broker.pem and broker.key, as `lgsp dev pki` makes it; AMQP is then answered over TLS as well.
# Written into DIR: port, tls.port, pid, definitions.json (loaded at every start), data/, log/. A second start without
# --port, --definitions and --tls takes those of the first. Exit codes: 0 done, 1 failed, 2 usage.
set -u

fail() { echo "node.sh: $1" >&2; exit "${2:-1}"; }
usage() { sed -n '5,9s/^# *//p' "$0" >&2; exit 2; }

server_bin=/usr/lib/rabbitmq/bin
start_seconds_max=120
stop_seconds_max=60

# Ours only: a process id alone may have passed to somebody else. A zombie has no environment: it is gone.
is_ours() {
    [[ -n ${1:-} ]] && tr '\0' '\n' 2>/dev/null <"/proc/$1/environ" | grep -qxF "LGSP_NODE_DIR=$dir"
}

noted() { [[ -s $dir/$1 ]] && cat "$dir/$1"; }

wait_gone() {  # pid, seconds
    local tries=$(($2 * 20))
    while is_ours "$1"; do
        ((tries-- > 0)) || return 1
        sleep 0.05
    done
}

end_by_id() {  # file with the pid, signal, seconds
    local pid
    pid=$(noted "$1") || return 0
    if is_ours "$pid"; then
        kill "-$2" "$pid" 2>/dev/null
        if ! wait_gone "$pid" "$3"; then
            echo "node.sh: $pid did not end within $3 s: SIGKILL" >&2
            kill -KILL "$pid" 2>/dev/null
            wait_gone "$pid" 10 || fail "process $pid cannot be ended"
        fi
    fi
    rm -f "$dir/$1"
}

# Below the range of outgoing connections, so that none of these is taken by one in the meantime.
free_ports() {
    python3 - "$1" <<'PY'
import random, socket, sys
held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.randint(10000, 32000)))
        held.append(s)
    except OSError:
        s.close()
print(*(s.getsockname()[1] for s in held))
PY
}

answers_amqp() (  # The protocol header is answered with a method frame.
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'AMQP\0\0\011\001' >&3
    IFS= read -r -N 1 -t 5 -u 3 first && [[ $first == $'\001' ]]
)

node_environment() {
    export LGSP_NODE_DIR=$dir HOME=$dir
    export ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1
    ERL_EPMD_PORT=$(noted epmd.port)
    export RABBITMQ_NODENAME=lgsp@localhost RABBITMQ_CONF_ENV_FILE=/dev/null
}

# Plain terms instead of rabbitmq.conf: translating that costs a second and a half of each start.
tls_terms() {
    local pki=$dir/tls
    [[ -d $pki ]] && cat <<TERMS
           {ssl_listeners, [{"127.0.0.1", $(noted tls.port)}]},
           {ssl_options, [{cacertfile, "$pki/ca.pem"}, {certfile, "$pki/broker.pem"}, {keyfile, "$pki/broker.key"},
                          {verify, verify_peer}, {fail_if_no_peer_cert, false}, {versions, ['tlsv1.3', 'tlsv1.2']}]},
TERMS
}

write_settings() {  # port, dist port
    cat >"$dir/advanced.config" <<TERMS
[{rabbit, [{tcp_listeners, [{"127.0.0.1", $1}]},
$(tls_terms)
           {load_definitions, "$dir/definitions.json"},
           {loopback_users, []},
           {disk_free_limit, 50000000},
           {log, [{file, [{level, info}]}]}]},
 {kernel, [{inet_dist_use_interface, {127, 0, 0, 1}}]}].
TERMS
    echo "[${plugins}]." >"$dir/enabled_plugins"
    [[ -e $dir/definitions.json ]] || echo '{"vhosts":[{"name":"/"}]}' >"$dir/definitions.json"
    if [[ ! -e $dir/.erlang.cookie ]]; then
        (umask 077 && head -c 24 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' >"$dir/.erlang.cookie")
        chmod 400 "$dir/.erlang.cookie"
    fi
}

launch() {  # port, dist port
    setsid epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 </dev/null >/dev/null 2>&1 &
    echo $! >"$dir/epmd.pid"
    (
        cd "$dir" || exit 1
        ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
        # detached: rabbitmq-server becomes the node itself, without a shell in between.
        export detached=true
        export RABBITMQ_NODE_PORT=$1 RABBITMQ_DIST_PORT=$2 RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        export RABBITMQ_MNESIA_BASE=$dir/data RABBITMQ_LOG_BASE=$dir/log RABBITMQ_PID_FILE=$dir/log/own.pid
        export RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
        export RABBITMQ_CONFIG_FILE=$dir/none RABBITMQ_ADVANCED_CONFIG_FILE=$dir/advanced.config
        export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+B i -start_epmd false'
        exec setsid "$server_bin/rabbitmq-server" </dev/null >"$dir/log/console.log" 2>&1
    ) &
    echo $! >"$dir/pid"
}

start_once() {  # port: empty for any. 1: the node ended before it was ready
    local port=$1 dist epmd spare tls pid
    read -r spare dist epmd tls < <(free_ports 4) || fail "python3 is needed to find free ports"
    port=${port:-$spare}
    echo "$epmd" >"$dir/epmd.port"
    # Clients know this one too: it is chosen once.
    [[ -d $dir/tls && ! -s $dir/tls.port ]] && echo "$tls" >"$dir/tls.port"
    node_environment
    write_settings "$port" "$dist"
    launch "$port" "$dist"
    pid=$(noted pid)
    local began=$SECONDS said=$SECONDS
    until answers_amqp "$port"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            end_by_id epmd.pid TERM 5
            rm -f "$dir/pid"
            return 1
        fi
        ((SECONDS - began < start_seconds_max)) || fail "no answer on port $port after $start_seconds_max s, see $dir/log"
        if ((SECONDS > said + 1)); then
            echo "waiting for the broker on port $port ($((SECONDS - began)) s)" >&2
            said=$SECONDS
        fi
        sleep 0.1
    done
    # Somebody else may be answering there.
    is_ours "$pid" || { end_by_id epmd.pid TERM 5; return 1; }
    echo "$port" >"$dir/port"
    echo "broker ready on 127.0.0.1:$port after $((SECONDS - began)) s, process $pid, $dir" >&2
}

start() {
    local port='' definitions='' pki='' tries=3
    plugins=''
    while (($# > 0)); do
        case $1 in
            --port) port=${2:?}; shift 2 ;;
            --definitions) definitions=${2:?}; shift 2 ;;
            --plugins) plugins=${2:?}; shift 2 ;;
            --tls) pki=${2:?}; shift 2 ;;
            *) usage ;;
        esac
    done
    [[ -x $server_bin/rabbitmq-server ]] || fail "the package rabbitmq-server is not installed"
    if is_ours "$(noted pid)"; then
        fail "already running in $dir, process $(noted pid); end it with: node.sh stop $dir"
    fi
    mkdir -p "$dir/data" "$dir/log" || fail "cannot make $dir"
    if [[ -n $definitions ]]; then
        cp "$definitions" "$dir/definitions.json" || fail "cannot read $definitions"
    fi
    if [[ -n $pki ]]; then
        { mkdir -p "$dir/tls" && cp "$pki"/{ca.pem,broker.pem,broker.key} "$dir/tls/"; } || fail "cannot read $pki"
    fi
    # A port that was asked for or is known to clients is kept; it may take a moment to be free again.
    port=${port:-$(noted port)}
    while ((tries-- > 0)); do
        start_once "$port" && return 0
    done
    tail -n 20 "$dir/log/console.log" >&2
    fail "the node ended while starting, see $dir/log"
}

(($# >= 2)) || usage
act=$1
dir=$(realpath -m -- "$2")
shift 2
case $act in
    start) start "$@" ;;
    stop)
        # One that does not answer yet is only starting, and hears nothing milder until it has.
        if [[ -n $(noted port) ]] && answers_amqp "$(noted port)"; then
            end_by_id pid TERM "$stop_seconds_max"
        else
            end_by_id pid KILL 10
        fi
        end_by_id epmd.pid TERM 5
        ;;
    kill)
        end_by_id pid KILL 10
        end_by_id epmd.pid KILL 5
        ;;
    wipe)
        end_by_id pid KILL 10
        end_by_id epmd.pid KILL 5
        rm -rf -- "$dir/data" "$dir/log"
        ;;
    ctl)
        node_environment
        exec "$server_bin/rabbitmqctl" "$@"
        ;;
    *) usage ;;
esac
