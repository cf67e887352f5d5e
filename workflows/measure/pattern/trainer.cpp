// Trains a network of the score `pattern`: train.py calls it. One thread.
//
//   g++ -O3 -march=native -ffast-math -fno-finite-math-only -std=c++17 -o trainer trainer.cpp
//   trainer SETS FEATURES OUT SEED
//
// SETS (little endian): int32 number of sets; of each int32 sites, pairs, role, float32 weight; int16 i[pairs], int16 j[pairs],
//   int8 contact[pairs] (1 touches), int8 counts[pairs] (1: in the loss). Pairs i < j by i, then j, each i with all sites from the first to
//   the last. Role: 0 not used, 1 trained on, 2 left out. A set of weight 1 is a family; one of less is a family cut down.
// FEATURES: float32, sum of pairs x 161, standardised, in the order of SETS.
// OUT: float32 parameters in the order of `Parameters`, then of each set of role 1 or 2 int32 set, int32 pairs, float32 score[pairs].
//
// The network, and what it is for, is described in src/contacts/pattern/network.rs.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <random>
#include <string>
#include <vector>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

constexpr int FEATURES = 161, UNITS = 24, CHANNELS = 16, LAYERS = 4, TAPS = 9, BORDER = 4;
constexpr int DILATIONS[LAYERS] = {1, 1, 2, 4};
constexpr float LEAK = .05f;
// Training: maps a step, passes over the families, share of the cut-down sets in a pass, the widest window of a map.
constexpr int BATCH = 3, EPOCHS = 25, WARM_STEPS = 30, WINDOW = 112;
constexpr float CUT_DOWN_SHARE = .5f, RATE = 3e-3f, DECAY = 1e-2f, MOST_GRADIENT = .5f, MEAN_WEIGHT = .7f;
// Dropped at random: whole features of a map, hidden units and channels of a pair.
constexpr float FEATURE_DROP = .3f, UNIT_DROP = .125f;

typedef float V __attribute__((vector_size(32), aligned(4)));
constexpr int LANES = 8, UNIT_PARTS = UNITS / LANES, CHANNEL_PARTS = CHANNELS / LANES;

static V load(const float *p) { return *reinterpret_cast<const V *>(p); }
static void store(float *p, V v) { *reinterpret_cast<V *>(p) = v; }
static V splat(float x) { return V{x, x, x, x, x, x, x, x}; }
static float sum(V v) {
    float s = 0;
    for (int k = 0; k < LANES; k++) s += v[k];
    return s;
}

struct Dice {
    uint64_t state;
    explicit Dice(uint64_t seed) : state(88172645463325252ull ^ (seed + 1) * 0x9E3779B97F4A7C15ull) {
        for (int k = 0; k < 20; k++) next();
    }
    uint64_t next() {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        return state * 2685821657736338717ull;
    }
    float uniform() { return (next() >> 40) * (1.f / 16777216); }
    float normal() {
        float a = uniform() + 1e-9f, b = uniform();
        return std::sqrt(-2 * std::log(a)) * std::cos(6.2831853f * b);
    }
};

// All parameters are one vector; these are the places of its parts.
struct Parameters {
    static constexpr int A = 0, b = A + FEATURES * UNITS, c = b + UNITS, d = c + UNITS, P = d + 1, q = P + UNITS * CHANNELS,
                         e = q + CHANNELS, first_layer = e + CHANNELS, layer_size = TAPS * CHANNELS * CHANNELS + CHANNELS,
                         count = first_layer + LAYERS * layer_size;
    static int K(int layer) { return first_layer + layer * layer_size; }
    static int k(int layer) { return K(layer) + TAPS * CHANNELS * CHANNELS; }
};
using At = Parameters;

// A map of pairs, or a window of one.
struct Map {
    int sites = 0, pairs = 0, counted = 0, role = 0;
    float weight = 1;
    std::vector<int> first, start;  // of each row: its first column, and where its pairs begin
    std::vector<int8_t> contact, counts;
    std::vector<float> features;
    long offset = 0;  // of its features in the file, in pairs
};

// A map of channels within a border of zeros.
struct Channels {
    int stride = 0;
    std::vector<float> v;
    void clear(int sites) {
        stride = sites + 2 * BORDER;
        v.assign((size_t)stride * stride * CHANNELS, 0.f);
    }
    size_t place(int i, int j) const { return ((size_t)(i + BORDER) * stride + j + BORDER) * CHANNELS; }
    float *at(int i, int j) { return v.data() + place(i, j); }
};

// max(x, LEAK x), and its slope.
static V slope(V x) { return x > splat(0) ? splat(1) : splat(LEAK); }

static V dropped(Dice &dice) {
    uint64_t bits = dice.next();
    V mask;
    for (int k = 0; k < LANES; k++) mask[k] = (bits >> (8 * k) & 255) < 256 * UNIT_DROP ? 0.f : 1 / (1 - UNIT_DROP);
    return mask;
}

struct Network {
    std::vector<float> w, g;  // parameters, and the gradient
    Channels m[LAYERS + 1], slopes[LAYERS + 1], down, inner;
    std::vector<float> hidden, hidden_slopes, hidden_down, score, error;
    Dice dice;

    explicit Network(uint64_t seed) : w(At::count), g(At::count), dice(seed) {
        auto fill = [&](int from, int count, float deviation) {
            for (int k = 0; k < count; k++) w[from + k] = dice.normal() * deviation;
        };
        fill(At::A, FEATURES * UNITS, 1 / std::sqrt((float)FEATURES));
        fill(At::c, UNITS, .3f / std::sqrt((float)UNITS));
        w[At::d] = -3;
        fill(At::P, UNITS * CHANNELS, 1 / std::sqrt((float)UNITS));
        for (int l = 0; l < LAYERS; l++) fill(At::K(l), TAPS * CHANNELS * CHANNELS, .7f / std::sqrt(9.f * CHANNELS));
        tie(w);
    }

    // A chain read backwards has the same score: K[a, b] = K[-b, -a].
    static void tie(std::vector<float> &x) {
        for (int l = 0; l < LAYERS; l++)
            for (int t = 0; t < TAPS; t++) {
                int turned = 3 * (2 - t % 3) + (2 - t / 3);
                for (int k = 0; turned > t && k < CHANNELS * CHANNELS; k++) {
                    float &a = x[At::K(l) + t * CHANNELS * CHANNELS + k], &b = x[At::K(l) + turned * CHANNELS * CHANNELS + k];
                    a = b = (a + b) / 2;
                }
            }
    }

    template <class F> static void each_pair(const Map &map, F f) {
        for (int i = 0; i < map.sites; i++)
            for (int p = map.start[i], j = map.first[i]; p < map.start[i + 1]; p++, j++) f(p, i, j);
    }

    void forward(const Map &map, bool training) {
        hidden.resize((size_t)map.pairs * UNITS), hidden_slopes.resize(hidden.size()), score.resize(map.pairs);
        for (int l = 0; l <= LAYERS; l++) m[l].clear(map.sites), slopes[l].clear(map.sites);
        each_pair(map, [&](int p, int i, int j) {
            V h[UNIT_PARTS], total = splat(0);
            const float *x = &map.features[(size_t)p * FEATURES];
            for (int v = 0; v < UNIT_PARTS; v++) h[v] = load(&w[At::b + LANES * v]);
            for (int k = 0; k < FEATURES; k++)
                for (int v = 0; v < UNIT_PARTS; v++) h[v] += splat(x[k]) * load(&w[At::A + k * UNITS + LANES * v]);
            for (int v = 0; v < UNIT_PARTS; v++) {
                V s = slope(h[v]);
                if (training) s *= dropped(dice);
                h[v] *= s, total += h[v] * load(&w[At::c + LANES * v]);
                store(&hidden[(size_t)p * UNITS + LANES * v], h[v]), store(&hidden_slopes[(size_t)p * UNITS + LANES * v], s);
            }
            score[p] = w[At::d] + sum(total);
            for (int v = 0; v < CHANNEL_PARTS; v++) {
                V a = load(&w[At::q + LANES * v]);
                for (int u = 0; u < UNITS; u++) a += splat(hidden[(size_t)p * UNITS + u]) * load(&w[At::P + u * CHANNELS + LANES * v]);
                V s = slope(a);
                store(slopes[0].at(i, j) + LANES * v, s), store(m[0].at(i, j) + LANES * v, a * s);
            }
        });
        for (int l = 0; l < LAYERS; l++) {
            long to[TAPS];
            offsets(l, 1, to);
            each_row(map, [&](int i, int j, int n) {
                convolved(m[l].at(i, j), to, &w[At::K(l)], &w[At::k(l)], n, [&](int p, int v, V a) {
                    V s = slope(a);
                    if (training) s *= dropped(dice);
                    size_t o = m[l].place(i, j + p) + LANES * v;
                    store(&slopes[l + 1].v[o], s), store(&m[l + 1].v[o], load(&m[l].v[o]) + a * s);
                });
            });
        }
        each_pair(map, [&](int p, int i, int j) {
            V total = splat(0);
            for (int v = 0; v < CHANNEL_PARTS; v++) total += load(m[LAYERS].at(i, j) + LANES * v) * load(&w[At::e + LANES * v]);
            score[p] += sum(total);
        });
    }

    template <class F> static void each_row(const Map &map, F f) {
        for (int i = 0; i < map.sites; i++)
            if (int n = map.start[i + 1] - map.start[i]) f(i, map.first[i], n);
    }

    void offsets(int layer, int sign, long *to) const {
        for (int t = 0; t < TAPS; t++) to[t] = sign * ((long)(t / 3 - 1) * m[0].stride + t % 3 - 1) * DILATIONS[layer] * CHANNELS;
    }

    // Sums over the taps of n pairs side by side, four at a time; K is [tap][in][out].
    template <class F> static void convolved(const float *in, const long *to, const float *K, const float *shift, int n, F done) {
        constexpr int TOGETHER = 4;
        int p = 0;
        auto some = [&](auto count) {
            constexpr int N = decltype(count)::value;
            V a[N][CHANNEL_PARTS];
            for (int q = 0; q < N; q++)
                for (int v = 0; v < CHANNEL_PARTS; v++) a[q][v] = shift ? load(shift + LANES * v) : splat(0);
            for (int t = 0; t < TAPS; t++)
                for (int c = 0; c < CHANNELS; c++) {
                    const float *x = in + (long)p * CHANNELS + to[t] + c, *k = K + (t * CHANNELS + c) * CHANNELS;
                    for (int q = 0; q < N; q++)
                        for (int v = 0; v < CHANNEL_PARTS; v++) a[q][v] += splat(x[q * CHANNELS]) * load(k + LANES * v);
                }
            for (int q = 0; q < N; q++)
                for (int v = 0; v < CHANNEL_PARTS; v++) done(p + q, v, a[q][v]);
            p += N;
        };
        while (p + TOGETHER <= n) some(std::integral_constant<int, TOGETHER>());
        while (p < n) some(std::integral_constant<int, 1>());
    }

    // The mean log loss of the pairs that count, times the weight; its slope by each score.
    double loss(const Map &map) {
        error.assign(map.pairs, 0.f);
        double total = 0, w = map.weight / map.counted;
        for (int p = 0; p < map.pairs; p++)
            if (map.counts[p]) {
                float s = score[p], y = map.contact[p] > 0;
                total += w * (std::log1p(std::exp(-std::fabs(s))) + std::max(s, 0.f) - y * s);
                error[p] = w * (1 / (1 + std::exp(-s)) - y);
            }
        return total;
    }

    // Adds to the gradient.
    void backward(const Map &map) {
        auto add = [&](int place, V x) { store(&g[place], load(&g[place]) + x); };
        hidden_down.assign((size_t)map.pairs * UNITS, 0.f), down.clear(map.sites), inner.clear(map.sites);
        each_pair(map, [&](int p, int i, int j) {
            V d = splat(error[p]);
            g[At::d] += error[p];
            for (int v = 0; v < UNIT_PARTS; v++) {
                add(At::c + LANES * v, d * load(&hidden[(size_t)p * UNITS + LANES * v]));
                store(&hidden_down[(size_t)p * UNITS + LANES * v], d * load(&w[At::c + LANES * v]));
            }
            for (int v = 0; v < CHANNEL_PARTS; v++) {
                add(At::e + LANES * v, d * load(m[LAYERS].at(i, j) + LANES * v));
                store(down.at(i, j) + LANES * v, d * load(&w[At::e + LANES * v]));
            }
        });
        for (int l = LAYERS - 1; l >= 0; l--) backward_layer(map, l, add);
        each_pair(map, [&](int p, int i, int j) {
            float *h = &hidden[(size_t)p * UNITS], *back = &hidden_down[(size_t)p * UNITS];
            for (int v = 0; v < CHANNEL_PARTS; v++) {
                V x = load(down.at(i, j) + LANES * v) * load(slopes[0].at(i, j) + LANES * v);
                add(At::q + LANES * v, x);
                for (int u = 0; u < UNITS; u++) {
                    add(At::P + u * CHANNELS + LANES * v, splat(h[u]) * x);
                    back[u] += sum(x * load(&w[At::P + u * CHANNELS + LANES * v]));
                }
            }
            V d[UNIT_PARTS];
            for (int v = 0; v < UNIT_PARTS; v++) {
                d[v] = load(back + LANES * v) * load(&hidden_slopes[(size_t)p * UNITS + LANES * v]);
                add(At::b + LANES * v, d[v]), store(back + LANES * v, d[v]);
            }
        });
        backward_features(map);
    }

    template <class Add> void backward_layer(const Map &map, int l, Add add) {
        long to[TAPS], back[TAPS];
        offsets(l, 1, to), offsets(l, -1, back);
        std::vector<float> turned(TAPS * CHANNELS * CHANNELS);
        for (int t = 0; t < TAPS; t++)
            for (int a = 0; a < CHANNELS; a++)
                for (int b = 0; b < CHANNELS; b++) turned[(t * CHANNELS + b) * CHANNELS + a] = w[At::K(l) + (t * CHANNELS + a) * CHANNELS + b];
        each_pair(map, [&](int, int i, int j) {
            for (int v = 0; v < CHANNEL_PARTS; v++) {
                V x = load(down.at(i, j) + LANES * v) * load(slopes[l + 1].at(i, j) + LANES * v);
                store(inner.at(i, j) + LANES * v, x), add(At::k(l) + LANES * v, x);
            }
        });
        each_row(map, [&](int i, int j, int n) {
            for (int t = 0; t < TAPS; t++)
                for (int c = 0; c < CHANNELS; c += 4) {
                    V a[4][CHANNEL_PARTS] = {};
                    const float *x = m[l].at(i, j) + to[t] + c, *y = inner.at(i, j);
                    for (int p = 0; p < n; p++)
                        for (int k = 0; k < 4; k++)
                            for (int v = 0; v < CHANNEL_PARTS; v++) a[k][v] += splat(x[p * CHANNELS + k]) * load(y + p * CHANNELS + LANES * v);
                    for (int k = 0; k < 4; k++)
                        for (int v = 0; v < CHANNEL_PARTS; v++) add(At::K(l) + (t * CHANNELS + c + k) * CHANNELS + LANES * v, a[k][v]);
                }
        });
        each_row(map, [&](int i, int j, int n) {
            convolved(inner.at(i, j), back, turned.data(), nullptr, n, [&](int p, int v, V x) {
                float *d = down.at(i, j + p) + LANES * v;
                store(d, load(d) + x);
            });
        });
    }

    void backward_features(const Map &map) {
        constexpr int PAIRS = 64, TOGETHER = 4;
        for (int from = 0; from < map.pairs; from += PAIRS)
            for (int k = 0; k < FEATURES; k += TOGETHER) {
                int count = std::min(TOGETHER, FEATURES - k), to = std::min(map.pairs, from + PAIRS);
                V a[TOGETHER][UNIT_PARTS] = {};
                for (int p = from; p < to; p++)
                    for (int f = 0; f < count; f++)
                        for (int v = 0; v < UNIT_PARTS; v++)
                            a[f][v] += splat(map.features[(size_t)p * FEATURES + k + f]) * load(&hidden_down[(size_t)p * UNITS + LANES * v]);
                for (int f = 0; f < count; f++)
                    for (int v = 0; v < UNIT_PARTS; v++) {
                        float *t = &g[At::A + (k + f) * UNITS + LANES * v];
                        store(t, load(t) + a[f][v]);
                    }
            }
    }
};

// AdamW with a cosine schedule.
struct Optimizer {
    std::vector<float> mean = std::vector<float>(At::count), square = std::vector<float>(At::count);
    long step = 0, steps;
    explicit Optimizer(long steps) : steps(steps) {}
    void update(Network &net) {
        Network::tie(net.g);
        step++;
        double share = (double)step / steps, norm = 0;
        float rate = RATE * .5 * (1 + std::cos(M_PI * share)) * std::min(1., step / (double)WARM_STEPS);
        for (float &g : net.g) g /= BATCH * MEAN_WEIGHT, norm += g * g;
        float clip = std::min(1., MOST_GRADIENT / std::max(std::sqrt(norm), 1e-30));
        double first = 1 - std::pow(.9, step), second = 1 - std::pow(.999, step);
        for (int k = 0; k < At::count; k++) {
            float g = net.g[k] * clip;
            mean[k] += .1f * (g - mean[k]), square[k] += .001f * (g * g - square[k]);
            net.w[k] -= rate * (mean[k] / first / (std::sqrt(square[k] / second) + 1e-8f) + DECAY * net.w[k]);
        }
        std::fill(net.g.begin(), net.g.end(), 0.f);
    }
};

[[noreturn]] static void fail(const std::string &what) {
    std::fprintf(stderr, "trainer: %s\n", what.c_str());
    std::exit(1);
}

template <class T> static std::vector<T> read(FILE *file, size_t count) {
    std::vector<T> numbers(count);
    if (std::fread(numbers.data(), sizeof(T), count, file) != count) fail("a file ends too early");
    return numbers;
}

static std::vector<Map> read_sets(const char *path) {
    FILE *file = std::fopen(path, "rb");
    if (!file) fail(std::string("cannot read ") + path);
    std::vector<Map> sets(read<int32_t>(file, 1)[0]);
    long offset = 0;
    for (Map &map : sets) {
        auto head = read<int32_t>(file, 3);
        map.sites = head[0], map.pairs = head[1], map.role = head[2], map.weight = read<float>(file, 1)[0];
        auto i = read<int16_t>(file, map.pairs), j = read<int16_t>(file, map.pairs);
        map.contact = read<int8_t>(file, map.pairs), map.counts = read<int8_t>(file, map.pairs);
        map.counted = std::accumulate(map.counts.begin(), map.counts.end(), 0);
        map.first.assign(map.sites, map.sites), map.start.assign(map.sites + 1, 0);
        for (int p = 0; p < map.pairs; p++) map.first[i[p]] = std::min<int>(map.first[i[p]], j[p]), map.start[i[p] + 1]++;
        for (int k = 0; k < map.sites; k++) {
            if (map.start[k + 1] && map.first[k] + map.start[k + 1] != map.sites) fail("a row of pairs has gaps");
            map.start[k + 1] += map.start[k];
        }
        map.offset = offset, offset += map.pairs;
    }
    std::fclose(file);
    return sets;
}

// Rows a.. and columns b.. of a map, WINDOW of each at most, with their features.
static Map window(const Map &map, const float *features, Dice &dice) {
    Map part;
    int side = std::min(map.sites, WINDOW);
    for (int trial = 0; trial < 20; trial++) {
        int a = dice.next() % (map.sites - side + 1), b = dice.next() % (map.sites - side + 1);
        if (b < a) std::swap(a, b);
        part = Map();
        part.sites = side, part.first.assign(side, side), part.start.assign(1, 0);
        for (int r = 0; r < side; r++) {
            int from = std::max(map.first[a + r], b), to = map.first[a + r] < map.sites ? b + side : 0;
            for (int j = from; j < to; j++) {
                int p = map.start[a + r] + j - map.first[a + r];
                part.contact.push_back(map.contact[p]), part.counts.push_back(map.counts[p]);
                const float *x = &features[(size_t)(map.offset + p) * FEATURES];
                part.features.insert(part.features.end(), x, x + FEATURES);
            }
            if (from < to) part.first[r] = from - b;
            part.pairs = part.contact.size(), part.start.push_back(part.pairs);
        }
        part.counted = std::accumulate(part.counts.begin(), part.counts.end(), 0);
        if (map.sites <= WINDOW || part.counted > side * side / 8) break;
    }
    // A window with few pairs must not count more for each than a whole map does.
    if (map.sites > WINDOW) part.counted = std::max(part.counted, side * side / 2);
    part.weight = map.weight < 1 ? map.weight / CUT_DOWN_SHARE : map.weight;
    float scale[FEATURES];
    for (float &x : scale) x = dice.uniform() < FEATURE_DROP ? 0 : 1 / (1 - FEATURE_DROP);
    for (size_t k = 0; k < part.features.size(); k++) part.features[k] *= scale[k % FEATURES];
    return part;
}

int main(int count, char **words) {
    if (count != 5) fail("usage: trainer SETS FEATURES OUT SEED");
    std::vector<Map> sets = read_sets(words[1]);
    int seed = std::atoi(words[4]);
    size_t pairs = 0;
    for (Map &map : sets) pairs += map.pairs;
    // They may be gigabytes: they stay in the file.
    int file = open(words[2], O_RDONLY);
    size_t bytes = pairs * FEATURES * sizeof(float);
    if (file < 0 || lseek(file, 0, SEEK_END) != (off_t)bytes) fail(std::string(words[2]) + " is not the features of these sets");
    const float *features = (const float *)mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
    if (features == MAP_FAILED) fail(std::string("cannot read ") + words[2]);

    std::vector<int> whole, cut;
    for (int k = 0; k < (int)sets.size(); k++)
        if (sets[k].role == 1 && sets[k].counted) (sets[k].weight >= 1 ? whole : cut).push_back(k);
    int of_cut = std::lround(cut.size() * CUT_DOWN_SHARE), per_epoch = (whole.size() + of_cut + BATCH - 1) / BATCH;
    Network net(seed);
    Optimizer optimizer((long)per_epoch * EPOCHS);
    std::mt19937 order(seed + 7);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        std::shuffle(cut.begin(), cut.end(), order);
        std::vector<int> all = whole;
        all.insert(all.end(), cut.begin(), cut.begin() + of_cut);
        std::shuffle(all.begin(), all.end(), order);
        double total = 0, weight = 0;
        for (size_t k = 0; k < all.size(); k++) {
            Map map = window(sets[all[k]], features, net.dice);
            net.forward(map, true);
            total += net.loss(map), weight += map.weight;
            net.backward(map);
            if ((k + 1) % BATCH == 0 || k + 1 == all.size()) optimizer.update(net);
        }
        std::fprintf(stderr, "epoch %d of %d: loss %.5f\n", epoch + 1, EPOCHS, total / weight);
    }
    FILE *out = std::fopen(words[3], "wb");
    if (!out) fail(std::string("cannot write ") + words[3]);
    std::fwrite(net.w.data(), sizeof(float), At::count, out);
    for (int k = 0; k < (int)sets.size(); k++) {
        Map &map = sets[k];
        if (!map.role) continue;
        const float *x = features + map.offset * FEATURES;
        map.features.assign(x, x + (long)map.pairs * FEATURES);
        net.forward(map, false);
        std::fwrite(&k, 4, 1, out), std::fwrite(&map.pairs, 4, 1, out), std::fwrite(net.score.data(), 4, map.pairs, out);
        map.features.clear(), map.features.shrink_to_fit();
    }
    if (std::fclose(out)) fail(std::string("cannot write ") + words[3]);
}
