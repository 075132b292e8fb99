#!/usr/bin/env python3
"""A hub for tests/pipelines/fetch-model.bats: hub.py DIR WORK serves the files of DIR as models of org; their names tell how they behave.

Other owners have folders of their own beside DIR: OWNER/NAME has the files of OWNER, its pull request 7 those of OWNER@7, and
OWNER/discussions.json is the answer about its discussions.
As in the hub there are two servers: one knows the models, the other has the large files. WORK/port gets the port of the first one,
WORK/log a line for each request: server, method, path, range, and whether it had a token.
"""
import hashlib
import http.server
import os
import sys
import threading

MODEL, WORK = sys.argv[1:]
LARGE = (".safetensors", ".bin")
PAGE = b"<!DOCTYPE html>\n<html><title>Log in</title></html>\n"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PULL = "7777777777777777777777777777777777777777"
counts = {}


def files(model, revision):
    owner = model.split("/")[0]
    other = owner + "@7" if revision in ("refs%2Fpr%2F7", PULL) else owner
    folder = MODEL if owner == "org" else os.path.join(os.path.dirname(MODEL), other)
    return {name: open(os.path.join(folder, name), "rb").read() for name in os.listdir(folder)}


def count(key):
    counts[key] = counts.get(key, 0) + 1
    return counts[key]


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    role = "hub"

    def log_message(self, *_):
        pass

    def reply(self, code, body=b"", **headers):
        self.send_response(code)
        for key, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(key.replace("_", "-"), str(value))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def endless(self):
        """A body without an announced size that does not end: up to 40 MB."""
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(1 if self.command == "HEAD" else 40):
                if self.command == "GET":
                    self.wfile.write(b"x" * 1000000)
        except OSError:
            pass

    def part(self, body, breaks_after=None, ranges=True, **headers):
        """The body from the requested byte on; for some models it stops early."""
        first = int(self.headers.get("Range", "bytes=0-")[6:].split("-")[0]) if ranges else 0
        if first >= len(body) > 0:
            return self.reply(416, Content_Range=f"bytes */{len(body)}")
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(body) - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[first:][:breaks_after])
            self.close_connection = True

    def do_GET(self):
        with open(os.path.join(WORK, "log"), "a") as log:
            print(self.role, self.command, self.path, self.headers.get("Range", "-"),
                  "token" if "Authorization" in self.headers else "-", file=log)
        if self.path.startswith("/api/models/"):
            path = os.path.join(os.path.dirname(MODEL), self.path.split("/")[3], "discussions.json")
            return self.part(open(path, "rb").read()) if os.path.exists(path) else self.reply(403)
        _, owner, name, _, revision, file = self.path.split("/", 5)
        (self.hub if self.role == "hub" else self.store)(owner + "/" + name, revision, file)

    do_HEAD = do_GET

    def hub(self, model, revision, file):
        behaviour, have = model.split("/")[1], files(model, revision)
        commit = PULL if revision in ("refs%2Fpr%2F7", PULL) else COMMIT
        token = self.headers.get("Authorization")
        if behaviour == "renamed":
            return self.reply(307, Location=f"/org/plain/resolve/{revision}/{file}")
        if behaviour == "circle":
            return self.reply(307, Location=self.path)
        if behaviour == "private" and token != "Bearer good":
            return self.reply(401, X_Error_Code="RepoNotFound")
        if behaviour == "gated":
            return self.reply(403, X_Error_Code="GatedRepo")
        if behaviour == "absent":
            return self.reply(404, X_Error_Code="RepoNotFound")
        if behaviour == "busy" and file in ("config.json", "model.safetensors") and count("busy" + file) <= 1:
            return self.reply(429, Retry_After="1")
        if behaviour == "shut":
            return self.reply(503, Retry_After="86400")
        if behaviour == "login":
            return self.part(PAGE, Content_Type="text/html")
        if behaviour == "error":
            return self.reply(418, X_Error_Message="\x1b[31mred\x1b[0m")
        if behaviour == "local":
            return self.reply(302, Location="file:///etc/passwd")
        if revision not in ("main", "refs%2Fpr%2F1", "refs%2Fpr%2F7", COMMIT, PULL):
            return self.reply(404, X_Error_Code="RevisionNotFound")
        if file not in have or (behaviour == "nothing" and file == "config.json"):
            return self.reply(404, X_Error_Code="EntryNotFound", X_Repo_Commit=commit)
        body = have[file]
        if behaviour == "other" and file == "config.json":
            body = body.replace(b'"bert"', b'"deberta-v2"')
        if file == "vocab.txt":
            body = {"empty": b"", "page": PAGE}.get(behaviour, body)
        if behaviour == "page" + file:
            body = PAGE
        if file == "vocab.txt" and behaviour == "endless" and self.command == "GET":
            return self.endless()
        if file == "vocab.txt" and behaviour == "sizeless":
            self.send_response(200)
            self.send_header("ETag", hashlib.sha256(body).hexdigest())
            self.end_headers()
            self.close_connection = True
            return self.wfile.write(body if self.command == "GET" else b"")
        if file.endswith(LARGE):
            size = {"vast": 10 ** 15 - 1, "odd": "1e9", "negative": "-1"}.get(behaviour, len(body))
            return self.reply(302, X_Linked_Etag='"%s"' % hashlib.sha256(body).hexdigest(), X_Linked_Size=size,
                              X_Repo_Commit=commit, Location=f"http://127.0.0.1:{store.server_port}{self.path}")
        etag = 'W/"%s"' % hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        if behaviour == "lying" and file == "vocab.txt":
            body = body[:-1]
        self.part(body, X_Repo_Commit=commit, ETag='"none"' if behaviour == "hashless" else etag)

    def store(self, model, revision, file):
        behaviour, body = model.split("/")[1], files(model, revision)[file]
        if behaviour == "page" + file:
            return self.part(PAGE)
        if behaviour in ("401", "403", "404", "410", "501"):
            return self.reply(int(behaviour))
        if behaviour == "endless-weights":
            return self.endless()
        if behaviour == "breaks":
            return self.part(body, breaks_after=len(body) // 3)
        if behaviour == "dies":
            return self.part(body, breaks_after=len(body) // 3 if count("dies") == 1 else 0)
        if behaviour == "partless":
            return self.part(body, breaks_after=len(body) // 3 if count("partless") == 1 else None, ranges=False)
        if behaviour == "wrong" or (behaviour == "once" and count("once") == 1):
            return self.part(body[:100] + b"?" + body[101:])
        self.part(body)


class Store(Server):
    role = "store"


store = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
threading.Thread(target=store.serve_forever, daemon=True).start()
hub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
with open(os.path.join(WORK, "port.new"), "w") as f:
    f.write(str(hub.server_port))
os.rename(os.path.join(WORK, "port.new"), os.path.join(WORK, "port"))
hub.serve_forever()
