#pragma once

#include <array>
#include <string_view>

namespace mpegflow::retry {

/// What FFmpeg says at the level verbose when all is well, without its contexts. No rule is about
/// them; they are what most logs consist of.
constexpr auto kUsualLines = std::to_array<std::string_view>({
    "Reinit context to 1280x720, pix_fmt: yuv420p",
    "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'film.mp4':",
    "Input #1, matroska,webm, from 'in/1/film.mkv':",
    "  Metadata:",
    "    major_brand     : isom",
    "    minor_version   : 512",
    "    compatible_brands: isomiso2avc1mp41",
    "    creation_time   : 2024-03-05T10:09:08.000000Z",
    "    encoder         : Lavf59.27.100",
    "  Duration: 00:00:01.02, start: 0.000000, bitrate: 7579 kb/s",
    "  Stream #0:0[0x1](und): Video: h264 (Constrained Baseline), 1 reference frame (avc1 / "
    "0x31637661), yuv420p(tv, progressive, left), 1280x720 [SAR 1:1 DAR 16:9], 7489 kb/s, 29.97 "
    "fps, 30 tbr, 15360 tbn (default)",
    "    Metadata:",
    "      handler_name    : VideoHandler",
    "      vendor_id       : [0][0][0][0]",
    "      DURATION        : 00:00:02.000000000",
    "  Stream #0:1[0x2](eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 128 "
    "kb/s (default)",
    "      handler_name    : SoundHandler",
    "Stream mapping:",
    "  Stream #0:0 -> #0:0 (h264 (native) -> h264 (libx264))",
    "  Stream #0:1 -> #0:1 (aac (native) -> aac (native))",
    "  Stream #1:0 -> #0:1 (copy)",
    "tb:1/44100 samplefmt:fltp samplerate:44100 chlayout:stereo",
    "w:1280 h:720 pixfmt:yuv420p tb:1/15360 fr:30000/1001 sar:1/1",
    "w:320 h:-2 flags:'' interl:0",
    "w:640 h:360 fmt:yuv420p sar:1/1 -> w:320 h:180 fmt:yuv420p sar:1/1 flags:0x0",
    "auto-inserting filter 'auto_aresample_0' between the filter 'Parsed_anull_0' and the filter "
    "'format_out_0_1'",
    "ch:2 chl:stereo fmt:s16 r:44100Hz -> ch:2 chl:stereo fmt:fltp r:48000Hz",
    "using SAR=1/1",
    "using cpu capabilities: MMX2 SSE2Fast SSSE3 SSE4.2 AVX FMA3 BMI2 AVX2 AVX512",
    "profile High, level 3.1, 4:2:0, 8-bit",
    "264 - core 164 r3095 baee400 - H.264/MPEG-4 AVC codec - Copyleft 2003-2022 - "
    "http://www.videolan.org/x264.html - options: cabac=1 ref=3 deblock=1:0:0 analyse=0x3:0x113 "
    "me=hex subme=7 psy=1 psy_rd=1.00:0.00 mixed_ref=1 me_range=16 chroma_me=1 trellis=1 8x8dct=1 "
    "cqm=0 deadzone=21,11 fast_pskip=1 chroma_qp_offset=-2 threads=3 lookahead_threads=1 "
    "sliced_threads=0 nr=0 decimate=1 interlaced=0 bluray_compat=0 constrained_intra=0 bframes=3 "
    "b_pyramid=2 b_adapt=1 b_bias=0 direct=1 weightb=1 open_gop=0 weightp=2 keyint=250 "
    "keyint_min=25 scenecut=40 intra_refresh=0 rc_lookahead=40 rc=crf mbtree=1 crf=23.0 "
    "qcomp=0.60 qpmin=0 qpmax=69 qpstep=4 ip_ratio=1.40 aq=1:1.00",
    "Output #0, mp4, to 'out/film.mp4':",
    "  Stream #0:0(und): Video: h264, 1 reference frame (avc1 / 0x31637661), yuv420p(progressive, "
    "left), 1280x720 (0x0) [SAR 1:1 DAR 16:9], q=2-31, 30 fps, 15360 tbn (default)",
    "      encoder         : Lavc59.37.100 libx264",
    "    Side data:",
    "      cpb: bitrate max/min/avg: 0/0/0 buffer size: 0 vbv_delay: N/A",
    "  Stream #0:1(und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, delay 1024, 69 "
    "kb/s (default)",
    "      encoder         : Lavc59.37.100 aac",
    "Starting second pass: moving the moov atom to the beginning of the file",
    "No more output streams to write to, finishing.",
    "video:345kB audio:9kB subtitle:0kB other streams:0kB global headers:0kB muxing overhead: "
    "0.681046%",
    "Input file #0 (film.mp4):",
    "  Input stream #0:0 (video): 30 packets read (936157 bytes); 30 frames decoded; ",
    "  Input stream #0:1 (audio): 45 packets read (8989 bytes); 44 frames decoded (45056 "
    "samples); ",
    "  Total: 75 packets (945146 bytes) demuxed",
    "Output file #0 (out/film.mp4):",
    "  Output stream #0:0 (video): 30 frames encoded; 30 packets muxed (352906 bytes); ",
    "  Output stream #0:1 (audio): 44 frames encoded (45056 samples); 45 packets muxed (9184 "
    "bytes); ",
    "  Total: 75 packets (362090 bytes) muxed",
    "30 frames successfully decoded, 0 decoding errors",
    "Statistics: 364560 bytes written, 2 seeks, 5 writeouts",
    "Statistics: 982378 bytes read, 2 seeks",
    "frame I:1     Avg QP:11.35  size: 23594",
    "frame P:14    Avg QP:25.16  size: 13025",
    "frame B:15    Avg QP:28.97  size:  9751",
    "consecutive B-frames: 20.0% 26.7% 40.0% 13.3%",
    "mb I  I16..4: 87.9%  3.5%  8.5%",
    "mb P  I16..4:  0.9%  3.9%  0.2%  P16..4:  7.1%  4.4%  2.5%  0.0%  0.0%    skip:80.9%",
    "mb B  I16..4:  0.1%  0.2%  0.3%  B16..8:  9.6%  2.4%  0.7%  direct: 1.7%  skip:85.0%  "
    "L0:47.0% L1:43.3% BI: 9.6%",
    "8x8 transform intra:34.1% inter:31.5%",
    "coded y,uvDC,uvAC intra: 10.6% 16.5% 15.1% inter: 3.9% 7.3% 5.9%",
    "i16 v,h,dc,p: 92%  5%  3%  0%",
    "i8 v,h,dc,ddl,ddr,vr,hd,vl,hu:  9%  7% 80%  1%  0%  0%  0%  1%  0%",
    "i4 v,h,dc,ddl,ddr,vr,hd,vl,hu: 30% 24% 21%  6%  3%  3%  5%  4%  3%",
    "i8c dc,h,v,p: 78%  9% 13%  1%",
    "Weighted P-Frames: Y:0.0% UV:0.0%",
    "ref P L0: 55.6%  7.5% 22.1% 14.8%",
    "ref B L0: 76.2% 19.8%  4.0%",
    "ref B L1: 98.6%  1.4%",
    "kb/s:2817.74",
    "Qavg: 102.287",
});

}  // namespace mpegflow::retry
