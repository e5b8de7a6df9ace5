#include "core/command/known_options.h"

#include <algorithm>
#include <unordered_set>

namespace mpegflow::command {
namespace {

// Of the program's own options in FFmpeg 4 to 9: v = takes a value, m = takes one in old versions,
// b = has a -no form, f = of one file, i = of inputs, o = of outputs, x = prints something and
// ends.
constexpr KnownOption kOptions[] = {
    {"-help", "x"},
    {"?", "x"},
    {"L", "x"},
    {"ab", "vfo"},
    {"abort_on", "v"},
    {"absf", "vfo"},
    {"ac", "vfio"},
    {"accurate_seek", "bfi"},
    {"acodec", "vfio"},
    {"adrift_threshold", "v"},
    {"af", "vfo"},
    {"aframes", "vfo"},
    {"an", "bfio"},
    {"apad", "vfo"},
    {"apply_cropping", "vfi"},
    {"apre", "vfo"},
    {"aq", "vfo"},
    {"ar", "vfio"},
    {"aspect", "vfo"},
    {"async", "v"},
    {"atag", "vfo"},
    {"attach", "vfo"},
    {"auto_conversion_filters", "b"},
    {"autorotate", "mbfi"},
    {"autoscale", "mbfo"},
    {"b", "vfo"},
    {"benchmark", "b"},
    {"benchmark_all", "b"},
    {"bitexact", "bfio"},
    {"bits_per_raw_sample", "vfo"},
    {"bsf", "vfio"},
    {"bsfs", "x"},
    {"buildconf", "x"},
    {"c", "vfio"},
    {"canvas_size", "vfi"},
    {"ch_layout", "vfio"},
    {"channel_layout", "vfio"},
    {"chroma_intra_matrix", "vfo"},
    {"codec", "vfio"},
    {"codecs", "x"},
    {"colors", "x"},
    {"content_light", "vfi"},
    {"copy_unknown", "b"},
    {"copyinkf", "bfo"},
    {"copypriorss", "vfo"},
    {"copytb", "v"},
    {"copyts", "b"},
    {"cpucount", "v"},
    {"cpuflags", "v"},
    {"dcodec", "vfio"},
    {"debug_ts", "b"},
    {"decoders", "x"},
    {"deinterlace", "b"},
    {"demuxers", "x"},
    {"devices", "x"},
    {"dframes", "vfo"},
    {"discard", "vfi"},
    {"display_hflip", "bfi"},
    {"display_rotation", "vfi"},
    {"display_vflip", "bfi"},
    {"disposition", "vfo"},
    {"dispositions", "x"},
    {"dn", "bfio"},
    {"drop_changed", "vfi"},
    {"dts_delta_threshold", "v"},
    {"dts_error_threshold", "v"},
    {"dump", "b"},
    {"dump_attachment", "vfi"},
    {"enc_time_base", "vfo"},
    {"encoders", "x"},
    {"f", "vfio"},
    {"filter", "vfo"},
    {"filter_buffered_frames", "v"},
    {"filter_complex", "v"},
    {"filter_complex_script", "v"},
    {"filter_complex_threads", "v"},
    {"filter_hw_device", "v"},
    {"filter_script", "vfo"},
    {"filter_threads", "v"},
    {"filters", "x"},
    {"find_stream_info", "bfi"},
    {"fix_sub_duration", "bfi"},
    {"fix_sub_duration_heartbeat", "bfo"},
    {"force_fps", "bfo"},
    {"force_key_frames", "vfo"},
    {"formats", "x"},
    {"fpre", "vfo"},
    {"fps_mode", "vfo"},
    {"fpsmax", "vfo"},
    {"frame_drop_threshold", "v"},
    {"frames", "vfo"},
    {"fs", "vfo"},
    {"guess_layout_max", "vfi"},
    {"h", "x"},
    {"help", "x"},
    {"hex", "b"},
    {"hide_banner", "b"},
    {"hwaccel", "vfi"},
    {"hwaccel_device", "vfi"},
    {"hwaccel_output_format", "vfi"},
    {"hwaccels", "x"},
    {"ignore_unknown", "b"},
    {"init_hw_device", "v"},
    {"inter_matrix", "vfo"},
    {"intra", "b"},
    {"intra_matrix", "vfo"},
    {"isync", "vfi"},
    {"itsoffset", "vfi"},
    {"itsscale", "vfi"},
    {"lavfi", "v"},
    {"layouts", "x"},
    {"license", "x"},
    {"loglevel", "v"},
    {"map", "vfo"},
    {"map_channel", "vfo"},
    {"map_chapters", "vfo"},
    {"map_metadata", "vfo"},
    {"mastering_display", "vfi"},
    {"max_alloc", "v"},
    {"max_error_rate", "v"},
    {"max_muxing_queue_size", "vfo"},
    {"metadata", "vfo"},
    {"muxdelay", "vfo"},
    {"muxers", "x"},
    {"muxing_queue_data_threshold", "vfo"},
    {"muxpreload", "vfo"},
    {"n", "b"},
    {"pass", "vfo"},
    {"passlogfile", "vfo"},
    {"pix_fmt", "vfio"},
    {"pix_fmts", "x"},
    {"pre", "vfo"},
    {"print_graphs", "b"},
    {"print_graphs_file", "v"},
    {"print_graphs_format", "v"},
    {"profile", "vfo"},
    {"program", "vfo"},
    {"progress", "v"},
    {"protocols", "x"},
    {"psnr", "b"},
    {"q", "vfo"},
    {"qphist", "b"},
    {"qscale", "vfo"},
    {"qsv_device", "v"},
    {"r", "vfio"},
    {"rc_override", "vfo"},
    {"re", "bfi"},
    {"readrate", "vfi"},
    {"readrate_catchup", "vfi"},
    {"readrate_initial_burst", "vfi"},
    {"recast_media", "b"},
    {"reinit_filter", "vfi"},
    {"report", ""},
    {"s", "vfio"},
    {"same_quant", ""},
    {"sameq", ""},
    {"sample_fmt", "vfio"},
    {"sample_fmts", "x"},
    {"scodec", "vfio"},
    {"sdp_file", "vo"},
    {"seek_timestamp", "vfi"},
    {"shortest", "bfo"},
    {"shortest_buf_duration", "vfo"},
    {"sn", "bfio"},
    {"spre", "vfo"},
    {"ss", "vfio"},
    {"sseof", "vfi"},
    {"stag", "vfo"},
    {"start_at_zero", "b"},
    {"stats", "b"},
    {"stats_enc_post", "vfo"},
    {"stats_enc_post_fmt", "vfo"},
    {"stats_enc_pre", "vfo"},
    {"stats_enc_pre_fmt", "vfo"},
    {"stats_mux_pre", "vfo"},
    {"stats_mux_pre_fmt", "vfo"},
    {"stats_period", "v"},
    {"stdin", "b"},
    {"stream_group", "vfo"},
    {"stream_loop", "vfi"},
    {"streamid", "vfo"},
    {"t", "vfio"},
    {"tag", "vfio"},
    {"target", "vfo"},
    {"thread_queue_size", "vfio"},
    {"time_base", "vfo"},
    {"timecode", "vfo"},
    {"timelimit", "v"},
    {"timestamp", "vfo"},
    {"to", "vfio"},
    {"top", "vfio"},
    {"tvstd", "v"},
    {"v", "v"},
    {"vaapi_device", "v"},
    {"vbsf", "vfo"},
    {"vc", "v"},
    {"vcodec", "vfio"},
    {"version", "x"},
    {"vf", "vfo"},
    {"vframes", "vfo"},
    {"videotoolbox_pixfmt", "v"},
    {"vn", "bfio"},
    {"vol", "v"},
    {"vpre", "vfo"},
    {"vstats", ""},
    {"vstats_file", "v"},
    {"vstats_version", "v"},
    {"vsync", "v"},
    {"vtag", "vfio"},
    {"xerror", "b"},
    {"y", "b"},
};
static_assert(std::ranges::is_sorted(kOptions, {}, &KnownOption::name));

// Options of codecs, formats, protocols, devices, the scaler and the resampler. All take a value.
constexpr std::string_view kLibraryOptions =
    "audio_device_index capture_cursor capture_mouse_clicks capture_raw_data drop_late_frames "
    "video_device_index "
    "2pass 8x8dct a53cc aa_fixed_key aac_at_mode aac_at_quality aac_coder aac_is aac_ltp "
    "aac_ms aac_pce aac_pns aac_pred aac_tns ab abr abs ac activation_bytes ad_conv_type "
    "adaptation_sets adaptive_b adaptive_i advanced_editlist afterburner aiv "
    "album_anchored_loudness album_mode algorithm align all alllayers allow_raw_vfw "
    "allow_skip_frames allow_sw allowed_extensions allowed_media_types "
    "allowed_segment_extensions alpha_bits alpha_mode alpha_quality alphablend alternate_scan "
    "ambisonics_mode amount analyzeduration angle animation_type annotations antialias "
    "aom-params application apply_cropping apply_defdispwin apply_phase_inv apply_trc aq-mode "
    "aq-strength aq_mode ar aribb24-base-path aribb24-skip-ruby-text arnr-max-frames "
    "arnr-maxframes arnr-strength arnr-type arnr_max_frames arnr_strength arnr_type "
    "array_dict array_int array_str aspect ass_single_rect assetmaps async "
    "async-test-read-error async_depth atomic_writing attempt_recovery aud audible_fixed_key "
    "audible_iv audible_key audio_buffer_size audio_chunk_duration audio_depth "
    "audio_device_load audio_device_number audio_device_save audio_element_type audio_input "
    "audio_pin_name audio_preload audio_pts audio_service_type auth_type authorization "
    "auto-alt-ref auto_convert availability_start_time_ms avbr_accuracy avbr_convergence "
    "avcintra-class avioflags avisynth_flags avoid_negative_ts b b-bias b-pyramid b_adapt "
    "b_depth b_qfactor b_qoffset b_ref_mode b_sensitivity b_strategy background "
    "background_color bandwidth bass_amount bass_range best_effort_timestamp bf bf_delta_qp "
    "bf_ref bf_ref_delta_qp bidir_refine bin bin1 bin2 bit_rate bitdepth bitrate "
    "bitrate_limit bitrate_mode bits_per_coded_sample bits_per_codeword bits_per_mb "
    "bits_per_raw_sample bits_per_sample blank_value blbrc block block_align block_shift "
    "block_size blocksize bluray-compat bool1 bool2 bool3 border_mask boundary_tag brand "
    "brd_scale break_non_keyframes broadcast bt buffer_duration buffer_size bufsize bug "
    "burst_bits ca_file cabac cache_dir cache_timeout cache_verify cafile camera_index "
    "canvas_size caption_encoding cavlc cbr cbr_padding cbr_quality cc_format cc_stream_map "
    "cdp_frame_rate cenc_decryption_key cenc_decryption_keys center_mix_level center_mixlev "
    "cert cert_file cert_pem cert_store_name cert_store_subject ch_layout ch_mode "
    "change_field_order channel channel_coupling channel_layout channel_order channels "
    "chapter chapter_end chapter_start chars_per_frame charset cheby child_num child_num64 "
    "chroma_elim_threshold chroma_sample_loc_type chroma_sample_location "
    "chroma_sample_position chromaoffset chunk_duration chunk_duration_ms chunk_size "
    "chunk_start_index chunked_post chunks cinema_mode cl clev cluster_size_limit "
    "cluster_time_limit cmp cname code_size codebook_search codec codec_name codec_tag "
    "codec_whitelist coder coding-sigf coding-signs coding-vpred color color_primaries "
    "color_range color_space color_trc colorspace colour_primaries comp_duration comp_profile "
    "comp_target_ref compressed compression compression_algo compression_level compressor "
    "compute_clut compute_edt compute_pcr conceal connect connect_timeout connection_timeout "
    "cons_noisegen constant_bit_rate constant_subblock_duration constrained-encoding "
    "constrained_intra_pred content content_type context continue_one_color_thresh "
    "control_point_relative_time control_point_value cookies copy_output copyright core_only "
    "corpus-complexity correct_ts_overflow cpl_start_band cplxblur cpu-used cq cr_size "
    "cr_threshold creation_program creation_time crf crf_max crop crop_bottom crop_left "
    "crop_right crop_top crossbar_audio_input_pin_number crossbar_video_input_pin_number "
    "crtc_id cryptokey crystalhd_downscale_width cues_to_front custom_stride cutoff d "
    "d10_channelcount dark_mask dash dash_segment_type dash_track_number data_field "
    "data_partitioning dbl dblk_idc dc dca_adpcm dct deadline deblock debug decklink_copyts "
    "decoder_mode decomp_h decomp_v decryption_iv decryption_key decryption_keys default "
    "default_delay default_fps default_mix_gain default_mode default_profile default_w deint "
    "delay delay_flush delete_filler delete_padding delivery_mode demixing_matrix "
    "denoise-block-size denoise-noise-level device dheadphone_mode dia_size dialnorm "
    "dialog_anchored_loudness dict1 dict2 digital_peak direct-pred discard "
    "discard_damaged_percentage discard_flags display_aspect_ratio display_name "
    "display_orientation disposition distance disto_alloc dither_method dither_scale "
    "dither_type divx_packed dmix_mode dmixp_mode dolbyvision downmix dpb_size dpi dpm "
    "draw_bars draw_mouse drc_boost drc_cut drc_effect drc_heavy drc_level drc_profile "
    "drc_scale drc_target_ref driver drop drop-threshold drop_frame_timecode "
    "drop_pkts_on_overflow drop_second_field dropamount dscp dst_format dst_h_chr_pos "
    "dst_range dst_v_chr_pos dsth dstw dsur_mode dsurex_mode dts dtshd_fallback_time "
    "dtshd_rate dtx dual_gfx dual_mono_mode dump_separator dumpgraph duplex_mode duration "
    "duration_probesize dvb_substream dvbuffer dvguid dvtype ec effort eia608_extract "
    "el_index eld_sbr eld_v2 empty_hdlr_name enable-1to4-partitions enable-ab-partitions "
    "enable-angle-delta enable-cdef enable-cfl-intra enable-diff-wtd-comp "
    "enable-dist-wtd-comp enable-dual-filter enable-filter-intra enable-flip-idtx "
    "enable-global-motion enable-interinter-wedge enable-interintra-comp "
    "enable-interintra-wedge enable-intra-edge-filter enable-intrabc enable-masked-comp "
    "enable-obmc enable-onesided-comp enable-paeth-intra enable-palette "
    "enable-rect-partitions enable-reduced-reference-set enable-ref-frame-mvs "
    "enable-restoration enable-smooth-interintra enable-smooth-intra enable-tpl enable-tx64 "
    "enable_drefs enable_er enable_klv encryption encryption_iv encryption_key encryption_kid "
    "encryption_scheme end end_offset end_point_value energy_levels enforce_hrd "
    "enforced_encryption enhance eph err_detect error-resilience error-resilient "
    "error_protection error_rate escape even_rows_fix exact_rational exact_rice_parameters "
    "exchange export_all export_path_metadata export_side_data export_xmp extbrc "
    "extension_picky extern_huff external_sock extra_bits_bug extra_buffers "
    "extra_decoder_buffers extra_hw_frames extra_sei extra_window_size f_err_detect f_strict "
    "fast-pskip fastfirstpass fd fdebug fec fflags ffrtmpcrypt_tunneling ffrtmphttp_tls ffs "
    "field_order fifo_format fifo_options fifo_size filler_data filmgrain filter_size "
    "filter_type final_delay first_pts fix_teletext_pts fixed_frame_rate_flag "
    "fixed_obu_size_length fixed_quality flags flags2 flip flipped_raw_rgb flt flush_packets "
    "flv_full_metadata flv_ignore_prevtag flv_metadata flvflags follow follow_mouse font "
    "force_duplicated_matrix force_outline_text force_pcm forced forced-idr forced_idr "
    "forced_subs_only format format_code format_modifier format_options format_opts "
    "format_version format_whitelist formatprobesize fp_format fps fpsprobesize frag_duration "
    "frag_interleave frag_size frag_type fragment_index fragment_size frame-parallel "
    "frame_bits frame_duration frame_length frame_number frame_pts frame_rate frame_size "
    "frame_skipping framerate frames_after frames_before frames_per_packet framethreads freq "
    "ftp-anonymous-password ftp-password ftp-user ftp-write-seekable full_range_flag g gain "
    "gamma gateway gifflags gifimage global_palette global_quality global_sidx gmc "
    "gop_timecode gops_per_idr gpb gpu gpu_copy grab_x grab_y graph graph_file grid_size h "
    "handshake_timeout has_b_frames hash hca_highkey hca_lowkey hca_subkey header header_bits "
    "header_insertion_mode header_period header_spacing headers headphones_rendering_mode "
    "heavy_compr height hielevel high_motion_quality_boost_enable high_resolution "
    "highbitdepth hls_allow_cache hls_base_url hls_delete_threshold hls_enc hls_enc_iv "
    "hls_enc_key hls_enc_key_url hls_flags hls_fmp4_init_filename hls_fmp4_init_resend "
    "hls_init_time hls_key_info_file hls_list_size hls_master_name hls_playlist "
    "hls_playlist_type hls_segment_filename hls_segment_options hls_segment_size "
    "hls_segment_type hls_start_number_source hls_subtitle_path hls_time hls_ts_options "
    "hls_vtt_options hls_wrap horizontal_offset http_multiple http_opts http_persistent "
    "http_proxy http_seekable http_user_agent http_version huffman hw_encoding hwaccel_flags "
    "i_count i_qfactor i_qoffset i_tex_bits ibias iblock ice_description ice_genre ice_name "
    "ice_public ice_url ich ichl icl icy icy_metadata_headers icy_metadata_packet id "
    "id3v2_version idct idr_interval ifo_palette ignore_background ignore_chapters "
    "ignore_editlist ignore_io_errors ignore_length ignore_loop ignore_readorder ignore_ruby "
    "ildctcmp in_channel_count in_channel_layout in_chlayout in_sample_fmt in_sample_rate "
    "increment_tc index_correction indexmem individual_header_trailer init_qpB init_qpI "
    "init_qpP init_seg_name initial_cdp_sequence_cntr initial_offset initial_pause initial_qp "
    "initial_request_size input_format input_queue_size inputbw int_ref_cycle_dist "
    "int_ref_cycle_size int_ref_qp_delta int_ref_type integrated_loudness intent "
    "interleaved_read internal_sample_fmt intra-refresh intra_dc_precision intra_penalty "
    "intra_refresh_duration intra_refresh_mb intra_refresh_mode intra_vlc iods_audio_profile "
    "iods_video_profile iptos ipttl ipv6only irreversible is_avc isf ism_lookahead isr "
    "iterative_dia_size iv jfif joint_stereo kaiser_beta keep_ar keep_ass_markup key key_file "
    "key_password key_pem keyint_min kind kmpreannounce kmrefreshrate kvazaar-params l "
    "la_depth lag-in-frames last_pred latency latm layer layer_rates layout layout_type "
    "lcevc_index lcu_row_threads ldash ldkfs legacy_icecast level level_a level_limit "
    "lfe_mix_level lhls line_number linear_interp linespeed linger link list_devices "
    "list_dither list_drivers list_formats list_options list_standards listen listen_timeout "
    "live live_start_index lmax lmin load_plugin load_plugins local_addr local_port "
    "local_rtcpport local_rtpport localaddr localport localrtcpport localrtpport location "
    "log_level log_level_offset log_to_dbg look_ahead look_ahead_depth "
    "look_ahead_downsampling lookahead_count lookahead_level loop loop_filter_level "
    "loop_filter_sharpness loopend loopfilter loopstart loro_cmixlev loro_surmixlev lossless "
    "lossmaxttl low_delay_brc low_power lowlatency lowqual lowres lpc_coeff_precision "
    "lpc_passes lpc_type ltrt_cmixlev ltrt_surmixlev luma_elim_threshold lumi_aq lumi_mask "
    "m3u8_hold_counters mapping_family master_m3u8_publish_rate master_pl_name "
    "master_pl_publish_rate matrix_coefficients matrix_encoding max-intra-rate max_au_size "
    "max_b_frames max_dec_frame_buffering max_delay max_extra_cb_iterations max_file_size "
    "max_fps max_frame_delay max_frame_size max_frame_size_i max_frame_size_p max_frames "
    "max_gif_delay max_interleave_delta max_interval max_nal_size max_order max_packet_size "
    "max_partition_order max_pixels max_playback_rate max_port max_prediction_order "
    "max_probe_packets max_qp max_qp_b max_qp_i max_qp_p max_recovery_attempts max_redirects "
    "max_ref_frames max_reload max_samples max_script_size max_size max_slice_bytes "
    "max_slice_size max_soft_comp max_streams max_strips max_stts_delta max_ts_probe "
    "max_webp_delay maxbw maxrate maxsection-pct mb_info mbbrc mbcmp mbd mblmax mblmin "
    "mbs_per_slice mbtree mcc_version me_half_pel me_method me_precision me_quality "
    "me_quarter_pel me_range media_seg_name memc_only menu menu_lu menu_vts mepc mepre "
    "merge_alpha merge_pmt_versions messageapi metadata metadata_header_padding "
    "metadata_index method mfmode mime_type min-gf-interval min_bpp min_comp min_delay "
    "min_frag_duration min_hard_comp min_partition_order min_playback_rate min_port "
    "min_prediction_order min_qp min_qp_b min_qp_i min_qp_p min_seg_duration min_strips "
    "minimum_update_period minrate minreq minsection-pct minversion misc_bits missing_streams "
    "mixed-refs mixing_level mode modular mono2abs moov_size motion-est motion_est mov_gamma "
    "movflags movie_timescale mpd_profile mpeg_quant mpegts_copyts mpegts_flags "
    "mpegts_m2ts_mode mpegts_muxer_options mpegts_original_network_id mpegts_pmt_start_pid "
    "mpegts_service_id mpegts_service_type mpegts_start_pid mpegts_transport_stream_id "
    "mpv_flags msbc mss mtu multi_dim_quant multipass multiple_requests muxrate mv0_threshold "
    "mv_bits mxf_audio_edit_rate n nakreport nal-hrd nal_length_size name nb_out_samples "
    "ndk_async ndk_codec nit_period nitris_compat no-scenecut no_bitstream no_resync_search "
    "no_window noise-sensitivity noise_reduction non_deterministic non_linear_quant "
    "non_pcm_mode nonref_p noref_gray nr nssew num num64 num_capture_buffers "
    "num_output_buffers num_ticks_per_picture num_ticks_poc_diff_one numresolution "
    "oapv-params obmc och ochl ocl offset offset_x offset_y oggpagesize oheadbw "
    "omit_video_pes_length omx_libname omx_libprefix operating_point operating_rate oppoint "
    "optimize_mono opus_delay original osf osr out_channel_count out_channel_layout "
    "out_chlayout out_sample_fmt out_sample_rate outline_width output_gain output_gain_flags "
    "output_sample_bits output_size output_ts_offset override_time_code_rate overrun_nonfatal "
    "overscan_appropriate_flag overshoot-pct p p_count p_mask p_strategy p_tex_bits "
    "pa_activity_type pa_adaptive_mini_gop pa_caq_strength pa_frame_sad_enable "
    "pa_high_motion_quality_boost_mode pa_initial_qp_after_scene_change "
    "pa_lookahead_buffer_depth pa_ltr_enable pa_max_qp_before_force_skip pa_paq_mode "
    "pa_scene_change_detection_enable pa_scene_change_detection_sensitivity "
    "pa_static_scene_detection_enable pa_static_scene_detection_sensitivity pa_taq_mode "
    "packet_loss packet_size packetsize pad page page_duration pagesize palette param0 param1 "
    "parameter_id parameter_rate paranoia_mode part partitions pass_types passlogfile "
    "passphrase password pat_period pattern_type payload_size payload_type pbias pbkeylen "
    "pcr_period peak_block_size peak_format peak_ppv peerlatency per_frame_metadata period "
    "pes_payload_size pg pgc phase_shift pic_timing_sei pix_fmt pixel_format pkt_pos pkt_size "
    "pkt_timebase plane_id playlist plays post_data postfilter power_efficient pre_dia_size "
    "preanalysis prebuf precision precmp pred prediction_order prediction_order_method "
    "preencode prefer_x_start preindex preload preme preroll prescale preset "
    "print_deinit_summary prio_speed private_key probesize profile profile_tier prog "
    "prog_order prog_ref protocol_blacklist protocol_opts protocol_whitelist ps psy psy-rd "
    "psymodel pts pts_as_dts qblur qcomp qdiff qm qmax qmin qp qp_b qp_b_max qp_b_min "
    "qp_cb_offset qp_cr_offset qp_i qp_i_max qp_i_min qp_p qp_p_max qp_p_min qpa qsquish "
    "qsv_params qtable quake3_compat quality quant_deadzone quant_mat quantization "
    "quantizer_noise_shaping quarter_sample queue_size qvbr_quality_level r rate_control "
    "rational rav1e-params raw raw_format raw_packet_size rc rc-lookahead rc_buf_aggressivity "
    "rc_eq rc_init_cplx rc_init_occupancy rc_lookahead rc_max_vbv_use rc_min_vbv_use rc_mode "
    "rc_override_count rc_qmod_amp rc_qmod_freq rc_strategy rct_search rcvbuf rcvlatency rdo "
    "read_ahead_limit read_only real_time real_time_latency_msec realtime reconnect "
    "reconnect_at_eof reconnect_delay_max reconnect_delay_total_max reconnect_max_retries "
    "reconnect_on_http_error reconnect_on_network_error reconnect_streamed recover_any_error "
    "recovery_point_sei recovery_wait_streamtime recovery_wait_time recursion_depth "
    "recv_buffer_size reduced-tx-type-set refcounted_frames reference_stream referer refs "
    "region region_border remap_mode remap_optimizer rematrix_maxval rematrix_precision "
    "rematrix_volume remove remove_at_exit remove_types reorder_queue_size repeat_pps "
    "replace_drcs replace_msz_ascii replace_msz_glyph replace_msz_japanese reply_code "
    "request_channel_layout request_sample_fmt request_size require_sw resample_cutoff "
    "resampler reserve_index_space reservoir reset_timestamps resize resource "
    "respect_retry_after restart_with_keyframe resync_size retry_errors reuse reuse_socket "
    "reverb_delay reverb_depth rf64 rgb_mode rist_profile rle rmvol room_type rotate "
    "routing_key row-mt rtbufsize rtcp_port rtcpport rtmp_app rtmp_buffer rtmp_buffer_size "
    "rtmp_conn rtmp_enhanced_codecs rtmp_flashver rtmp_flush_interval rtmp_listen rtmp_live "
    "rtmp_pageurl rtmp_playpath rtmp_subscribe rtmp_swfhash rtmp_swfsize rtmp_swfurl "
    "rtmp_swfverify rtmp_tcurl rtp_flags rtp_history rtp_muxer_options rtpflags rtsp_flags "
    "rtsp_transport rw_timeout s12m_tc safe sample_aspect_ratio sample_coding sample_fmt "
    "sample_format sample_rate sample_size sar sbc_delay sc_detection sc_threshold scaler "
    "scaler_sub scan_all_pmts scan_offset scenario scplx_mask screen-content-mode sdp_flags "
    "sdt_period secret seek2any seek_streams_individually seekable seg_duration "
    "seg_format_options seg_max_retry segment_atclocktime segment_clocktime_offset "
    "segment_clocktime_wrap_duration segment_format segment_format_options segment_frames "
    "segment_header_filename segment_list segment_list_entry_prefix segment_list_flags "
    "segment_list_size segment_list_type segment_start_number segment_time segment_time_delta "
    "segment_time_metadata segment_times segment_wrap segment_wrap_number sei sei_info "
    "sei_user_data select_region send_buffer_size send_expect_100 seq seq_disp_ext "
    "serial_offset server sharpness short_seek_size show_analog_tv_tuner_audio_dialog "
    "show_analog_tv_tuner_dialog show_audio_crossbar_connection_dialog "
    "show_audio_device_dialog show_region show_video_crossbar_connection_dialog "
    "show_video_device_dialog side_data_only_packets side_data_prefer_packet "
    "signal_loss_action signal_standard signaling silence_threshold "
    "single-slice-intra-refresh single_file single_file_name single_sei_nal_unit "
    "sixteen_color_thresh size skip_alpha skip_bottom skip_changes skip_clear skip_cmp "
    "skip_count skip_cursor skip_empty_cb skip_estimate_duration_from_pts skip_exp "
    "skip_factor skip_frame skip_frame_thresh skip_gray skip_idct skip_initial_bytes "
    "skip_iods skip_loop_filter skip_rate_check skip_threshold skip_top skip_transfer_sav "
    "skip_unknown_pmt skipcmp slev slice-max-size slice_count slice_flags slice_height "
    "slice_mode slice_width slicecrc slices slices_h slices_v smart_access_video smc-interval "
    "smoother sndbuf snddropdelay sop sound_system sources spatial-aq spatial_aq spdif_flags "
    "speed speed_level split_encode_mode sqd src_format src_h_chr_pos src_range src_v_chr_pos "
    "srch srcw srt_streamid srtp_in_params srtp_in_suite srtp_out_params srtp_out_suite ssim "
    "ssim_acc ssrc sta standard start start_number start_number_range start_one_color_thresh "
    "start_point_value start_time start_time_realtime static-thresh stats stereo_rematrixing "
    "still-picture stimeout store_user_comments str stream_name streamid streaming strftime "
    "strftime_mkdir strict strict-displaywin strict_gop strict_mime_boundary stride string "
    "strip strip_number_adaptivity structured_slices sub_charenc sub_charenc_mode sub_name "
    "sub_text_format sub_type subblock_duration subcmp subfps subimage subq subsong "
    "suggested_presentation_delay surface_pool_size surfaces surround_delay surround_depth "
    "surround_mix_level surround_mixlev svtav1-params swr_flags sws_backends sws_dither "
    "sws_flags syncpoints tables_version target_latency target_level tcp_keepalive tcp_mss "
    "tcp_nodelay tcplx_mask td teletext_lines temporal-aq temporal_aq texture tf_level "
    "thread_type threads thumbnail tick_rate ticks_per_frame tier tile-columns tile-rows "
    "tile_cols tile_columns tile_groups tile_height tile_rows tile_width tiles tilethreads "
    "time_base time_shift_buffer_depth timecode_format timecode_frame_start timeout timeshift "
    "timestamp_align timestamp_mode timestamps timing-info timing_offset title tlpktdrop tls "
    "tls_verify toggle tolerance top track_index trans_color transfer_characteristics "
    "transform_skip transtype trellis trim true_peak truncate ts ts-parameters ts_buffer_size "
    "ts_from_file ts_id ts_packetsize tsbpd tsbpddelay tsf ttl tune tune-content "
    "txt_chop_spaces txt_chop_top txt_default_region txt_duration txt_format txt_left "
    "txt_opacity txt_page txt_top txt_transparent type uch uchl udplite_coverage udu_sei umv "
    "undershoot-pct unidir_b units unum update update_period usage use-inter-dct-only "
    "use-intra-dct-only use-intra-default-tx-only use_absolute_path use_buggy_lpc "
    "use_editlist use_fifo use_libv4l2 use_localtime use_localtime_mkdir use_mfra_for "
    "use_odml use_srtp use_stream_ids_as_track_ids use_template use_tfdt use_timeline "
    "use_u_alias use_video_device_timestamps use_wallclock_as_timestamps usebgcolor "
    "used_channel_count used_chlayout user-agent user_agent usetoc utc_timing_url vad "
    "vanc_queue_size var_stream_map variance_aq vbaq vbr vcm vendor verbosity verify "
    "verifyhost version_major version_minor vertical_offset video_device_load "
    "video_device_number video_device_save video_format video_full_range_flag video_input "
    "video_pin_name video_pts video_rate video_size video_stream video_stream_expr "
    "video_stream_h video_stream_ptxt video_stream_w video_track_timescale view_ids "
    "view_ids_available view_pos_available vp8flags vvenc-params w wait_for_tc wallclock "
    "wavelet_depth wavelet_type weightb weighted_pred weightp whip_flags width "
    "window_borderless window_enable_quit window_fullscreen window_id window_size "
    "window_title window_x window_y workgroup wpredp wrapping_type write_apetag write_bext "
    "write_btrt write_channel_mask write_crc write_crc32 write_empty_segments write_header "
    "write_header_ret write_header_trailer write_id3v1 write_id3v2 write_index write_mpeg2 "
    "write_peak write_prft write_tmcd write_to_source write_trailer_ret write_xing x "
    "x264-params x264_build x264opts x265-params x265-stats xavs2-params xeve-params xoffset "
    "xyb y yoffset zero_new_constraint_set_flags zerocopy zerolatency ";

std::unordered_set<std::string_view> split_words(std::string_view text) {
  std::unordered_set<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.insert(text.substr(0, space));
    text.remove_prefix(space + 1);
  }
  return words;
}

}  // namespace

const KnownOption* find_known_option(std::string_view name) {
  const auto found = std::ranges::lower_bound(kOptions, name, {}, &KnownOption::name);
  return found != std::end(kOptions) && found->name == name ? &*found : nullptr;
}

bool is_library_option(std::string_view name) {
  static const std::unordered_set<std::string_view> words = split_words(kLibraryOptions);
  return words.contains(name);
}

}  // namespace mpegflow::command
