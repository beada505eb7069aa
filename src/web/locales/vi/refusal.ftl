# When something does not go: what happened, what is kept, what to do.

conflict-title = Phiếu này đã gửi rồi
conflict-heading = Phiếu này đã gửi rồi
conflict-text = Lần gửi đầu đã được nhận và được tính. Lần này câu trả lời khác lần đầu, nên không được nhận.
conflict-another = Nếu đây là phiếu của người khác, xin bấm nút dưới đây để mở phiếu mới.

closed-title = Đợt khảo sát đã kết thúc
closed-heading = Đợt khảo sát đã kết thúc
closed-text = Đợt này đã ngừng nhận phiếu lúc { $moment }. Phiếu gửi sau giờ đó không được nhận.
closed-next = Kết quả được đăng trên trang kết quả khi đã tính xong.

early-title = Đợt khảo sát chưa mở
early-heading = Đợt khảo sát chưa mở
early-text = Đợt này nhận phiếu từ { $moment }. Xin giữ tờ phiếu và mở lại sau giờ đó.

spent-title = Tờ phiếu này đã dùng rồi
spent-heading = Tờ phiếu này đã dùng rồi
spent-text = Mỗi tờ phiếu chỉ trả lời được một lần. Lần đó đã được nhận và được tính.
spent-another = Người khác muốn trả lời, xin dùng tờ phiếu của người đó và gõ mã vào đây.
spent-complaint = Nếu không phải ông/bà đã trả lời, xin báo cho:

void-title = Mã này không còn dùng được
void-heading = Mã này không còn dùng được
void-text = Tờ phiếu mang mã này đã bị hủy, thường là vì in hỏng hoặc thất lạc. Chưa có gì được gửi.
void-next = Xin lấy tờ phiếu khác ở quầy, rồi gõ mã mới vào đây.

expired-title = Mã này đã hết hạn
expired-heading = Mã này đã hết hạn
expired-text = Mã này dùng được đến hết ngày { $day }. Chưa có gì được gửi.
expired-next = Đợt khảo sát vẫn còn nhận phiếu: xin hỏi lấy mã mới ở quầy, rồi gõ vào đây.

enrol-title = Đăng ký máy tính bảng
enrol-heading = Đăng ký máy tính bảng này
enrol-text = Bấm nút dưới đây trên chính máy đặt ở quầy. Địa chỉ này chỉ dùng được một lần; sau đó máy này, và chỉ máy này, mở được phiếu của quầy.
enrol-button = Đăng ký máy này

foreign-title = Máy này chưa được đăng ký
foreign-heading = Máy này chưa được đăng ký
foreign-text = Phiếu này chỉ mở trên máy tính bảng đặt ở quầy. Nếu đây chính là máy đó, xin nhờ người quản lý cấp địa chỉ đăng ký mới.

unknown-title = Không tìm thấy phiếu
unknown-heading = Không tìm thấy phiếu
unknown-text = Không có phiếu nào mang mã này. Có thể gõ nhầm một chữ, hoặc hình QR bị mờ.
unknown-next = Xin xem lại mã trên tờ phiếu và gõ lại.

large-title = Phiếu gửi lên dài quá
large-heading = Phiếu gửi lên dài quá
large-text = Phiếu chưa được nhận. Phần ý kiến có lẽ dài quá mức giữ được.
large-next = Xin bấm Quay lại trên máy, viết ngắn hơn rồi gửi lần nữa.

bad-title = Không đọc được phiếu gửi lên
bad-heading = Không đọc được phiếu gửi lên
bad-text = Phiếu chưa được nhận, vì một phần bị mất trên đường gửi.
bad-next = Xin bấm Quay lại trên máy và gửi lần nữa. Nếu vẫn không được, xin mở lại phiếu bằng mã.

oops-title = Chưa làm được
oops-heading = Chưa làm được
oops-text = Có trục trặc ở phía chúng tôi, không phải do ông/bà.
oops-next = Nếu ông/bà vừa gửi phiếu mà chưa thấy mã biên nhận: xin bấm Quay lại trên máy, đợi một phút rồi gửi lần nữa. Gửi hai lần vẫn chỉ tính một.

receipt-in-title = Phiếu đã được nhận
receipt-in-heading = Phiếu đã được nhận
receipt-in-text = Phiếu mang mã biên nhận này đã được nhận ngày { $day }.
receipt-in-note = Trang này không cho biết phiếu trả lời gì. Không ai tìm được điều đó từ mã biên nhận.
receipt-out-title = Phiếu đã được rút
receipt-out-heading = Phiếu đã được rút
receipt-out-text = Phiếu mang mã biên nhận này đã được rút về theo ý người trả lời, nên không được tính.
receipt-none-title = Không tìm thấy mã biên nhận
receipt-none-heading = Không tìm thấy mã biên nhận
receipt-none-text = Không có phiếu nào mang mã này. Có thể gõ nhầm một chữ.

stop-heading = Không nhận thư nhắc nữa
stop-text = Bấm nút dưới đây, địa chỉ thư của ông/bà sẽ bị xóa và không có thư nào nữa. Liên kết trong thư đã nhận vẫn dùng được.
stop-button = Không gửi thư nữa
stopped-heading = Sẽ không có thư nào nữa
stopped-text = Địa chỉ thư của ông/bà đã được xóa. Nếu đổi ý và muốn trả lời, liên kết trong thư đã nhận vẫn dùng được.
stop-none-heading = Không tìm thấy liên kết này
stop-none-text = Địa chỉ trang có thể bị cắt ngắn. Xin mở lại liên kết từ trong thư.

withdrawn-title = Đã rút phiếu
withdrawn-heading = Đã rút phiếu
withdrawn-text = Câu trả lời của ông/bà đã bị xóa và không được tính.
withdrawn-next = Tờ phiếu đã dùng rồi thì không trả lời lại được.
withdrawn-before-title = Phiếu này đã rút từ trước
withdrawn-before-heading = Phiếu này đã rút từ trước
withdrawn-before-text = Câu trả lời đã bị xóa từ lần rút trước. Ông/bà không cần làm gì nữa.
withdraw-receipt-title = Đây là mã biên nhận
withdraw-receipt-heading = Đây là mã biên nhận, chưa rút phiếu
withdraw-receipt-text = Mã biên nhận chỉ để xem phiếu đã nhận hay chưa. Muốn rút phiếu cần mã thứ hai, mã rút phiếu. Không có mã ấy thì không ai rút được phiếu.
withdraw-none-title = Chưa rút được phiếu
withdraw-none-heading = Chưa rút được phiếu
withdraw-none-text = Không có phiếu nào mang mã này, hoặc phiếu đã niêm phong. Có thể gõ nhầm một chữ. Xin xem lại mã rồi gõ lần nữa.

wait-title = Xin đợi một lát
wait-heading = Xin đợi một lát
wait-text =
    { $seconds ->
       *[other] Từ mạng này có quá nhiều lần gõ mã liên tiếp. Chưa có gì bị mất. Xin đợi { $seconds } giây rồi làm lại.
    }

enter-code = Gõ mã phiếu
see-results = Xem kết quả khảo sát
