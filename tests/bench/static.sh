# shellcheck shell=bash
# static.sh: a packed file, gzipped, over 100 kept connections; walker against nginx
# that serves the very bytes with the very headers (gzip_static, files kept open, one
# worker). The server on one core, wrk on another.
# Read by run.sh, which gives WORK, BIN, ROUNDS, port(), wait_for(), ended().

if [ "$(nproc)" -lt 2 ]; then
    says 'skipped: static: the server and wrk need a core each'
    return
fi

nginx_folder() { # files and settings
    local name
    mkdir -p "$WORK/nginx/files$page/walker" "$WORK/nginx/temp"
    for name in "$small" "$large"; do
        curl -sf -H 'Accept-Encoding: gzip' "http://127.0.0.1:$ours_at$page/$name" \
            >"$WORK/nginx/files$page/$name.gz"
        gzip -dc "$WORK/nginx/files$page/$name.gz" >"$WORK/nginx/files$page/$name"
    done
    cat >"$WORK/nginx/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $WORK/nginx/pid;
error_log $WORK/nginx/error.log crit;
events { worker_connections 1024; }
http {
    types { text/javascript js; text/css css; }
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=100;
    open_file_cache_valid 600s;
    client_body_temp_path $WORK/nginx/temp; proxy_temp_path $WORK/nginx/temp;
    fastcgi_temp_path $WORK/nginx/temp; uwsgi_temp_path $WORK/nginx/temp;
    scgi_temp_path $WORK/nginx/temp;
    server {
        listen 127.0.0.1:$nginx_at;
        root $WORK/nginx/files;
        gzip_static on;
        add_header Cache-Control "max-age=31536000, immutable";
        add_header X-Content-Type-Options nosniff;
        add_header Cross-Origin-Resource-Policy same-origin;
    }
}
END
}

pull() { # JOB WHO ROUND PORT NAME
    taskset -c 1 wrk -t 1 -c 100 -d "$PULL" -H 'Accept-Encoding: gzip' \
        "http://127.0.0.1:$4$page/$5" >"$WORK/wrk"
    if grep -q 'Non-2xx' "$WORK/wrk"; then
        says "static: $2 did not answer with 200"
        exit 1
    fi
    awk -v job="$1" -v who="$2" -v round="$3" '/Requests\/sec/ {
        print job, "requests/s", who, round, $2 }' "$WORK/wrk"
}

ours_at=$(port)
nginx_at=$(port)
taskset -c 0 "$BIN/walker" --data "$WORK/points" serve --open \
    --listen "127.0.0.1:$ours_at" >"$WORK/walker.log" 2>&1 &
begun+=($!)
wait_for "$ours_at"
page=$(curl -sf "http://127.0.0.1:$ours_at/" | grep -o '/a/[0-9a-f]*' | head -n 1)
# The style of the first screen, 5 kB, and the largest script there is, the map's, 42 kB.
names=$(curl -sf "http://127.0.0.1:$ours_at/sw.js" | grep -o 'walker/[A-Za-z0-9_-]*\.js' | sort -u)
large=$(for name in $names; do
    echo "$(curl -sf -H 'Accept-Encoding: gzip' "http://127.0.0.1:$ours_at$page/$name" | wc -c) $name"
done | sort -n | tail -n 1 | cut -d ' ' -f 2)
small=walker/page.css
nginx_folder
taskset -c 0 nginx -c "$WORK/nginx/nginx.conf" -e "$WORK/nginx/error.log" &
begun+=($!)
wait_for "$nginx_at"
for round in $(seq "$ROUNDS"); do
    for name in "$small" "$large"; do
        job=static
        [ "$name" = "$small" ] || job=static-large
        pull "$job" ours "$round" "$ours_at" "$name"
        pull "$job" nginx "$round" "$nginx_at" "$name"
    done
done
end_begun
