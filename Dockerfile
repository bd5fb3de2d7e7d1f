# Images are pinned by tag. A release pins them by digest too: docker buildx imagetools inspect IMAGE prints it.
FROM node:24-alpine AS assets
WORKDIR /static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /static/node_modules static/node_modules
RUN go run -C internal/tools ./assets -from ../../static/node_modules -to ../../static/lib \
 && CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/comfydeck ./cmd/comfydeck \
 && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/comfydeck /comfydeck
# A new volume takes its owner from this folder; the program runs as nonroot and has to write there.
COPY --from=build --chown=65532:65532 /out/data /data
VOLUME /data
ENV COMFYDECK_ADDR=0.0.0.0:8080 \
    COMFYDECK_DATABASE_URL=sqlite:/data/comfydeck.db
EXPOSE 8080
ENTRYPOINT ["/comfydeck"]
